import { isPath } from '../config/library.ts';
import { withoutSecrets } from './given-servers.ts';
import type { FinishedCell } from './run-cells.ts';

/** More than these are counted only. */
const shown = 5;
/** Flags that say which cells are played; those of a replay take their place. */
const selecting = /^--(scenario|suite|stacks|seed|iterations)(=|$)/;

/**
 * The commands that play again what failed of a run: one for each seed that a scenario failed under, on the stacks where it did.
 * Of a run alone; empty where nothing failed, and for what a search plays again by itself.
 */
export function replaysOf(
  [name, ...words]: readonly string[],
  finished: readonly FinishedCell[],
): readonly string[] {
  if (name !== 'run') return [];
  const failed = finished.filter(
    ({ cell, index }) => index.verdict === 'FAIL' && !cell.scenario.endsOnceLost,
  );
  const named = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const kept = named.filter((word) => !selecting.test(word));
  const stacksBySeed = new Map<string, Set<string>>();
  for (const { cell } of failed) {
    const { source, name: scenario } = cell.scenario;
    const which = source !== undefined && isPath(source) ? [source] : ['--scenario', scenario];
    const key = [...which, '--seed', String(cell.seed), ...kept].map(quoted).join(' ');
    stacksBySeed.set(key, (stacksBySeed.get(key) ?? new Set()).add(cell.stack.name));
  }
  const commands = [...stacksBySeed].map(
    ([key, stacks]) => `testbed run ${withoutSecrets([key])} --stacks ${[...stacks].map(quoted).join(',')}`,
  );
  const more = commands.length - shown;
  return more > 0
    ? [...commands.slice(0, shown), `and ${more} more, by their seeds in index.json`]
    : commands;
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
