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
export const sourceHeads = ['', 'run', 'cell', 'record', 'rule'] as const;
