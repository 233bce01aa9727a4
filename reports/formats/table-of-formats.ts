import { compare } from './compare.ts';
import { gate } from './gate.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import type { Reporter } from './reporter.ts';
import { full, table } from './table.ts';

/** Every output format by the name that `--format` knows it by. */
export const formats = { table, full, compare, gate, markdown, json } as const satisfies {
  readonly [name: string]: Reporter;
};

export type FormatName = keyof typeof formats;
