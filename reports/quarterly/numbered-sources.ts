import type { Block, Datum, Quarterly, Source } from './document.ts';

/** Every source once, numbered in the order in which the report comes to it. */
export interface NumberedSources {
  readonly all: readonly Source[];
  /** From 1. */
  readonly numberOf: (source: Source) => number;
}

export function numberedSources({ sections }: Quarterly): NumberedSources {
  const numbers = new Map<string, number>();
  const all: Source[] = [];
  for (const datum of sections.flatMap(({ blocks }) => blocks.flatMap(dataOf))) {
    for (const source of datum.kind === 'measured' ? datum.sources : []) {
      if (numbers.has(keyOf(source))) continue;
      all.push(source);
      numbers.set(keyOf(source), all.length);
    }
  }
  return { all, numberOf: (source) => numbers.get(keyOf(source)) as number };
}

const keyOf = ({ run, cell, record, rule }: Source): string => JSON.stringify([run, cell, record, rule]);

/** Every datum of a block, in reading order. */
export function dataOf(block: Block): readonly Datum[] {
  switch (block.kind) {
    case 'text':
      return block.sentence;
    case 'list':
      return block.items.flat();
    case 'table':
      return block.rows.flat();
    case 'commands':
    case 'plot':
      return [];
  }
}

/** Where a source stands in the list at the end. */
export const sourceAnchor = (number: number): string => `source-${number}`;

export const sourcesTitle = 'Where every number is from';
export const sourceHeads = ['run', 'cell', 'record', 'rules, by number'] as const;

/** What is from one cell: its rules by their numbers. */
export interface CellSources extends Pick<Source, 'run' | 'cell' | 'record'> {
  readonly rules: readonly { readonly number: number; readonly rule: string }[];
}

/** Sources cell by cell, in the order in which the report comes to each. */
export function cellSources({ all }: NumberedSources): readonly CellSources[] {
  const numbered = all.map((source, at) => ({ ...source, number: at + 1 }));
  const groups = Map.groupBy(numbered, ({ run, cell, record }) => JSON.stringify([run, cell, record]));
  return [...groups.values()].map((own) => {
    const [{ run, cell, record }] = own as [(typeof own)[number]];
    return { run, cell, record, rules: own };
  });
}

/** The runs of all sources, the shorter name of each by its place: R1, R2, ... */
export function runNames({ all }: NumberedSources): ReadonlyMap<string, string> {
  return new Map([...new Set(all.map(({ run }) => run))].map((run, at) => [run, `R${at + 1}`]));
}
