import { TestbedError } from '../../core/error.ts';
import { configurationOf } from '../../reports/configuration.ts';
import type { GateCell, GateRound } from '../../reports/gate/rounds.ts';
import type { RunRecord } from '../../reports/record.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import type { Baseline } from '../history/baseline.ts';
import { titleOf } from '../plan-text.ts';
import { changed } from '../resume/differences.ts';

type Played = readonly (RunRecord | null)[];

/**
 * The cells of both, each with its rounds in their order: the first of the one beside the first of the other, which has the
 * same seed where both were played with the same flags. What only one of them has was not played on the other side.
 */
export function cellsOf(base: readonly ResultSet[], head: readonly ResultSet[]): readonly GateCell[] {
  const [bases, heads] = [playedIn(base), playedIn(head)];
  return [...new Set([...bases.keys(), ...heads.keys()])].map((title) => ({
    title,
    rounds: roundsOf(bases.get(title) ?? [], heads.get(title) ?? []),
  }));
}

function roundsOf(base: Played, head: Played): readonly GateRound[] {
  const alone = base.length === 0 || head.length === 0;
  const count = alone ? Math.max(base.length, head.length) : Math.min(base.length, head.length);
  return Array.from({ length: count }, (_, at) => ({ base: base[at] ?? null, head: head[at] ?? null }));
}

function playedIn(results: readonly ResultSet[]): ReadonlyMap<string, Played> {
  const found = new Map<string, (RunRecord | null)[]>();
  for (const { index, records } of results) {
    const inOrder = [...index.cells.entries()].sort(
      ([, left], [, right]) => left.iteration - right.iteration,
    );
    for (const [at, { scenario: name, stack, parameters }] of inOrder) {
      const title = `${titleOf({ name, ...(parameters && { parameters }) })} on ${stack}`;
      found.set(title, [...(found.get(title) ?? []), records[at] ?? null]);
    }
  }
  return found;
}

/** Why the two do not compare, one sentence each: other machines, other configurations. */
export function differencesOf(base: Baseline, cells: readonly GateCell[]): readonly string[] {
  const records = cells.flatMap(({ rounds }) => rounds.flatMap(({ head }) => head ?? []));
  const machines = new Set(records.map(({ environment }) => String(environment['fingerprint'])));
  machines.delete(base.fingerprint);
  const other = [...machines].map(
    (fingerprint) => `played on another machine: ${fingerprint}, base on ${base.fingerprint}`,
  );
  const configurations = cells.flatMap(({ title, rounds }) =>
    rounds.flatMap(({ base: before, head }) =>
      before === null || head === null ? [] : changed(title, configurationOf(before), configurationOf(head)),
    ),
  );
  return [...other, ...new Set(configurations)];
}

/** INVALID_CONFIG for results that contradict themselves: nothing follows from them. */
export function refuseDoubts(results: readonly ResultSet[]): void {
  const doubted = results.find(({ doubts }) => doubts.length > 0);
  if (doubted === undefined) return;
  throw new TestbedError('INVALID_CONFIG', `${doubted.directory} contradicts itself: ${doubted.doubts[0]}`);
}
