import { durabilityLevels } from '../adapters/adapter.ts';
import { loadScenarios, loadSuite, refuseField } from '../config/load-scenario.ts';
import { mostReplicas } from '../config/overrides.ts';
import { resolveStack } from '../config/stacks.ts';
import { TestbedError } from '../core/error.ts';
import { isLoopback } from '../core/gateway/options.ts';
import type { Scenario, Stack } from '../scenarios/scenario.ts';
import type { Flag, Flags } from './command.ts';
import { wholeNumbers } from './flags.ts';
import { titleOf } from './plan-text.ts';

export interface Selected {
  readonly scenario: Scenario;
  readonly stacks: readonly Stack[];
}

export interface Selection {
  readonly selected: readonly Selected[];
  /** What the results folder is named after. */
  readonly label: string;
  /** The stacks were named by flag: one that cannot run here is an error. */
  readonly stacksNamed: boolean;
}

/** The flags by which a command says which scenarios it is about. */
export const selectionFlags: readonly Flag[] = [
  { name: 'scenario', value: 'NAME', list: true, what: 'a shipped scenario by name' },
  { name: 'suite', value: 'NAME', what: 'all scenarios of a suite' },
  {
    name: 'stacks',
    value: 'NAME',
    list: true,
    what: 'stacks instead of those the scenario lists: NAME or BUS+STORAGE; a part may be a module, ./my-bus.ts',
  },
  {
    name: 'agents',
    value: 'N',
    list: true,
    what: 'number of agents, or several to play each; alone it runs the scenario custom',
  },
  {
    name: 'profile',
    value: 'NAME',
    allowed: ['quick', 'full'],
    what: 'quick shortens the phases; default full',
  },
  {
    name: 'durability',
    value: 'LEVEL',
    what: `instead of the scenario's: ${durabilityLevels.join(', ')}, or an adapter's own`,
  },
  {
    name: 'replicas',
    value: 'N',
    list: true,
    what: "replicas of the storage's server that answer reads, 0 to 3; several to play each",
  },
  {
    name: 'allow-remote',
    value: null,
    what: 'a target may be on another machine; without it that is refused',
  },
];

const agentBound = 1_000_000;

/** Loads what the flags name. Everything is read and checked before anything starts. */
export function selectScenarios(flags: Flags): Selection {
  const agents = wholeNumbers(flags, 'agents', 0, agentBound);
  const replicas = wholeNumbers(flags, 'replicas', 0, mostReplicas);
  const { names, label } = namesOf(flags, agents.length > 0);
  const stackNames = flags.list('stacks');
  const base = {
    profile: flags.text('profile') === 'quick' ? ('quick' as const) : ('full' as const),
    env: process.env,
    agents,
    replicas,
    ...(stackNames.length > 0 ? { stacks: stackNames } : {}),
    ...(flags.has('durability') ? { durability: flags.text('durability') as string } : {}),
  };
  const selected = names
    .flatMap((name) => loadScenarios(name, base))
    .map((scenario) => ({ scenario, stacks: stacksOf(scenario, flags) }));
  refuseTwins(selected);
  return { selected, label, stacksNamed: stackNames.length > 0 };
}

/** A target stands where a stack would. */
function stacksOf({ target, source, stacks }: Scenario, flags: Flags): readonly Stack[] {
  if (target === undefined) return stacks.map((stack) => resolveStack(stack));
  if (flags.list('stacks').length > 0)
    refuseField(source, ['target'], 'is no stack: --stacks is for an orchestrator', process.env);
  if (!isLoopback(new URL(target.origin).hostname.replace(/^\[|\]$/g, '')) && !flags.has('allow-remote'))
    refuseField(
      source,
      ['target', 'url'],
      'is not on this machine: --allow-remote sends load there all the same',
      process.env,
    );
  return [{ name: 'target', bus: 'memory', storage: 'memory' }];
}

function namesOf(
  flags: Flags,
  agentsGiven: boolean,
): { readonly names: readonly string[]; readonly label: string } {
  const suite = flags.text('suite');
  const named = [...flags.positional, ...flags.list('scenario')];
  if (suite !== undefined && named.length > 0) {
    throw new TestbedError('INVALID_CONFIG', '--suite and named scenarios exclude each other');
  }
  if (named.length > 0) {
    const label = named.length === 1 ? (named[0] as string).replace(/^.*\/|\.ya?ml$/g, '') : 'scenarios';
    return { names: named, label };
  }
  if (suite === undefined && agentsGiven) return { names: ['custom'], label: 'custom' };
  return { names: loadSuite(suite ?? 'seed'), label: suite ?? 'seed' };
}

/** Two cells of one name would share their folder and their row; two modules of one name, all that is told of them. */
function refuseTwins(selected: readonly Selected[]): void {
  const seen = new Set<string>();
  const places = new Map<string, string>();
  for (const { scenario, stacks } of selected) {
    for (const { name, modules = {} } of stacks) {
      for (const [module, path] of Object.entries(modules)) {
        const other = places.get(module) ?? path;
        if (other !== path) {
          const message = `two modules are called ${module}: ${other} and ${path}; results could not tell them apart`;
          throw new TestbedError('INVALID_CONFIG', message);
        }
        places.set(module, path);
      }
      const cell = `${titleOf(scenario)} on ${name}`;
      if (seen.has(cell)) throw new TestbedError('INVALID_CONFIG', `${cell} is asked for twice`);
      seen.add(cell);
    }
  }
}
