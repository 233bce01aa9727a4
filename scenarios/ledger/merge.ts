import { eachRange, type LedgerPart, type Ranges, type RowPart, rangesOf } from './part.ts';

/**
 * The one ledger that several processes have kept together. Each producer belongs to one of them, `ownerOf` says to which:
 * what it has sent is known there, and whoever has seen it, there or elsewhere, is held to that. Where all parts have a row
 * of the same name it is one, and each has of it what its own producers sent.
 */
export function mergeLedgers(
  parts: readonly LedgerPart[],
  ownerOf: (producer: number) => number,
): LedgerPart {
  const [first] = parts as [LedgerPart];
  const ofOwner = (pick: (part: LedgerPart) => Float64Array): Float64Array =>
    Float64Array.from({ length: first.producers }, (_, producer) => {
      return pick(parts[ownerOf(producer)] as LedgerPart)[producer] as number;
    });
  const sum = (name: keyof LedgerPart['counts']): number =>
    parts.reduce((total, { counts }) => total + counts[name], 0);
  const sent = ofOwner((part) => part.sent);
  const rows = rowsByName(parts).map((same) => joined(same, ownerOf));
  return {
    what: first.what,
    producers: first.producers,
    sent,
    epoch: ofOwner((part) => part.epoch),
    excused: parts.flatMap(({ excused }) => excused),
    counts: {
      attempted: sum('attempted'),
      missed: sum('missed'),
      refused: sum('refused'),
      doubted: sum('doubted'),
    },
    acks: acksOf(parts),
    compared: parts.reduce((sum, { compared }) => sum + compared, 0),
    rows: rows.map((row) => heldTo(sent, row, first.what)),
  };
}

function acksOf(parts: readonly LedgerPart[]): LedgerPart['acks'] {
  return parts.some(({ acks }) => acks === null) ? null : parts.flatMap(({ acks }) => acks ?? []);
}

/**
 * Parts of the same row are together, with the number of the process that each comes from; the first rows of all processes
 * come before the second ones, as they were dealt out.
 */
function rowsByName(parts: readonly LedgerPart[]): readonly (readonly (readonly [number, RowPart])[])[] {
  const byName = new Map<string, (readonly [number, RowPart])[]>();
  const dealt = parts
    .flatMap(({ rows }, owner) => rows.map((row, at) => ({ owner, row, at })))
    .sort((a, b) => a.at - b.at || a.owner - b.owner);
  for (const { owner, row } of dealt) {
    const same = byName.get(row.name) ?? [];
    same.push([owner, row]);
    byName.set(row.name, same);
  }
  return [...byName.values()];
}

function joined(
  same: readonly (readonly [owner: number, row: RowPart])[],
  ownerOf: (producer: number) => number,
): RowPart {
  const [[, first]] = same as readonly [readonly [number, RowPart]];
  if (same.length === 1) return first;
  const rows = same.map(([, row]) => row);
  const byOwner = new Map(same);
  const sum = (name: keyof RowPart['counts']): number =>
    rows.reduce((total, { counts }) => total + counts[name], 0);
  const evidence = (kind: keyof RowPart['evidence']): string[] => rows.flatMap((row) => row.evidence[kind]);
  return {
    name: first.name,
    next: first.next.map((_, producer) => byOwner.get(ownerOf(producer))?.next[producer] ?? 1),
    holes: rows.flatMap(({ holes }) => holes),
    counts: {
      distinct: sum('distinct'),
      duplicates: sum('duplicates'),
      rewound: sum('rewound'),
      reordered: sum('reordered'),
      phantom: sum('phantom'),
      corrupt: sum('corrupt'),
      early: sum('early'),
    },
    lastRepeated: new Map(rows.flatMap(({ lastRepeated }) => [...lastRepeated])),
    uncertain: rows.some(({ uncertain }) => uncertain),
    evidence: {
      duplicate: evidence('duplicate'),
      rewound: evidence('rewound'),
      reordered: evidence('reordered'),
      phantom: evidence('phantom'),
    },
  };
}

/** What a subscriber was given beyond what its producer has sent was never sent, though nobody could know it there. */
function heldTo(sent: Float64Array, row: RowPart, what: string): RowPart {
  const beyond = [...row.next.keys()].filter(
    (producer) => reached(row, producer) > (sent[producer] as number),
  );
  if (beyond.length === 0) return row;
  const next = row.next.slice();
  const phantom = [...row.evidence.phantom];
  let [holes, never] = [row.holes, 0];
  for (const producer of beyond) {
    const last = sent[producer] as number;
    const above = holesAbove(row, producer, last);
    const times = reached(row, producer) - last - above;
    never += times;
    phantom.push(
      `${what} ${producer + 1}:${reached(row, producer)} reached ${row.name} and was never sent (${times} beyond ${last})`,
    );
    next[producer] = last + 1;
    holes = holes.flatMap((each) => (each[0] === producer ? upTo(last, each) : [each]));
  }
  const { counts, evidence } = row;
  return {
    ...row,
    next,
    holes,
    counts: { ...counts, distinct: counts.distinct - never, phantom: counts.phantom + never },
    evidence: { ...evidence, phantom },
  };
}

function reached({ next }: RowPart, producer: number): number {
  return (next[producer] as number) - 1;
}

function holesAbove({ holes }: RowPart, producer: number, last: number): number {
  let sum = 0;
  for (const [of, ends] of holes) {
    if (of !== producer) continue;
    for (const [from, to] of eachRange(ends)) sum += Math.max(0, to - Math.max(from, last + 1) + 1);
  }
  return sum;
}

function upTo(last: number, [producer, ends]: Ranges): readonly Ranges[] {
  const below: (readonly [number, number])[] = [];
  for (const [from, to] of eachRange(ends)) if (from <= last) below.push([from, Math.min(to, last)]);
  return below.length === 0 ? [] : [[producer, rangesOf(below)]];
}
