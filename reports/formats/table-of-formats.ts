import { compare } from './compare.ts';
import { csv } from './csv.ts';
import { gate } from './gate.ts';
import { github } from './github.ts';
import { hgrm } from './hgrm.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { openmetrics } from './openmetrics.ts';
import type { Reporter } from './reporter.ts';
import { full, table } from './table.ts';

/** Every output format by the name that `--format` knows it by. */
export const formats = {
  table,
  full,
  compare,
  gate,
  markdown,
  html,
  csv,
  openmetrics,
  hgrm,
  json,
  junit,
  github,
} as const satisfies {
  readonly [name: string]: Reporter;
};

export type FormatName = keyof typeof formats;
