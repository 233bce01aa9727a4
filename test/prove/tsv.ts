import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A list for people and programs: lines of fields between tabs, the first names them, `#` begins what is said about it. */
export interface Tsv {
  readonly about: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The rows of a list; none when it does not exist. */
export function readRows(file: string): Tsv['rows'] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  const told = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return told.slice(1).map((line) => line.split('\t'));
}

export function writeTsv(file: string, { about, columns, rows }: Tsv): void {
  mkdirSync(dirname(file), { recursive: true });
  const lines = [...about.map((line) => `# ${line}`), lineOf(columns), ...rows.map(lineOf)];
  writeFileSync(file, `${lines.join('\n')}\n`);
}

export function lineOf(fields: readonly string[]): string {
  return fields.map((field) => field.replace(/\s/g, ' ')).join('\t');
}
