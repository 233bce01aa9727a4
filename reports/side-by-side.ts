import type { ResultSet } from './result-set.ts';

/** A result and what its columns are to be called, beside those of others. */
export interface NamedResult {
  readonly name: string;
  readonly result: ResultSet;
}

/**
 * Several results as one, in which the stacks of each bear its name: what was measured once stands beside what was measured
 * another time, judged as it was then. Nothing is compared by this: `gate` does that.
 */
export function sideBySide(results: readonly [NamedResult, ...NamedResult[]]): ResultSet {
  const [{ result: first }] = results;
  if (results.length === 1) return first;
  const { kind: _, gate: _gate, reference: _reference, profile: _profile, ...index } = first.index;
  return {
    directory: results.map(({ result }) => result.directory).join(', '),
    index: {
      ...index,
      command: results.map(({ result }) => result.index.command).join('; '),
      cells: results.flatMap(({ name, result }) =>
        result.index.cells.map((cell) => ({ ...cell, stack: stackIn(name, cell.stack) })),
      ),
    },
    records: results.flatMap(({ name, result }) =>
      result.records.map((record) => record && { ...record, stack: stackIn(name, record.stack) }),
    ),
    doubts: results.flatMap(({ name, result }) => result.doubts.map((doubt) => `${name}: ${doubt}`)),
    parts: results,
  };
}

const stackIn = (name: string, stack: string): string => `${stack} (${name})`;
