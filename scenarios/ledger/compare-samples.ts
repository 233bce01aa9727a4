import type { Samples } from './originals.ts';
import type { LedgerPart, LedgerSamples, RowPart } from './part.ts';

/**
 * A merged ledger, with what arrived in one process held against what was sent in another, as far as both have kept it: what
 * is not what was sent under its number is a phantom. `parts` and `samples` are those of each process.
 */
export function compareSamples(
  merged: LedgerPart,
  parts: readonly LedgerPart[],
  samples: readonly LedgerSamples[],
): LedgerPart {
  const sent = new Map(samples.flatMap((each) => entriesOf(each.sent)));
  let { compared, rows } = merged;
  for (const [which, { heard }] of samples.entries()) {
    const known = entriesOf(heard ?? nothing).filter(([number]) => sent.has(number));
    compared += known.length;
    const flaws = known.filter(([number, digest]) => sent.get(number) !== digest);
    const [first] = parts[which]?.rows ?? [];
    if (flaws.length === 0 || first === undefined) continue;
    const { what } = merged;
    const evidence = flaws.map(
      ([number]) => `${what} ${number} reached worker ${which + 1} and is not what was sent`,
    );
    rows = rows.map((row) => (row.name === first.name ? withCorrupt(row, evidence) : row));
  }
  return { ...merged, compared, rows };
}

const none = new Float64Array(0);
const nothing: Samples = { producers: none, sequences: none, digests: none };

function entriesOf({
  producers,
  sequences,
  digests,
}: Samples): (readonly [number: string, digest: number])[] {
  return [...digests].map((digest, at) => [`${producers[at]}:${sequences[at]}`, digest] as const);
}

function withCorrupt(row: RowPart, flaws: readonly string[]): RowPart {
  const { counts, evidence } = row;
  return {
    ...row,
    counts: { ...counts, corrupt: counts.corrupt + flaws.length },
    evidence: { ...evidence, phantom: [...evidence.phantom, ...flaws] },
  };
}
