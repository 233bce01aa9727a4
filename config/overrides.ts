import { didYouMean } from './did-you-mean.ts';
import { invalid, quote } from './invalid.ts';
import { durabilities } from './scenario-file.ts';
import { resolveStack } from './stacks.ts';

/** What takes the place of what a scenario says; from the command line, mostly. */
export interface Overrides {
  /** One takes the place of what is written, several become a parameter. Absent or empty: as written. */
  readonly agents?: number | readonly number[];
  readonly stacks?: readonly string[];
  readonly durability?: string;
  /** As `agents`. */
  readonly replicas?: readonly number[];
}

export const mostAgents = 1_000_000;
export const mostReplicas = 3;

/** INVALID_CONFIG names the flag. */
export function checkOverrides({ agents, stacks, durability, replicas = [] }: Overrides): void {
  for (const count of agentsOf({ agents })) {
    if (Number.isInteger(count) && count >= 0 && count <= mostAgents) continue;
    throw invalid(`--agents ${count}: not a whole number from 0 to ${mostAgents}`);
  }
  for (const count of replicas) {
    if (Number.isInteger(count) && count >= 0 && count <= mostReplicas) continue;
    throw invalid(`--replicas ${count}: not a whole number from 0 to ${mostReplicas}`);
  }
  for (const name of stacks ?? []) resolveStack(name);
  if (durability !== undefined && !(durabilities as readonly string[]).includes(durability)) {
    throw invalid(
      `--durability ${quote(durability)}: unknown${didYouMean(durability, durabilities)} (allowed: ${durabilities.join(', ')})`,
    );
  }
}

export function agentsOf({
  agents = [],
}: {
  readonly agents?: Overrides['agents'] | undefined;
}): readonly number[] {
  return typeof agents === 'number' ? [agents] : agents;
}
