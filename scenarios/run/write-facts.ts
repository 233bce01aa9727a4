import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checked } from '../checks/run-checks.ts';

/** Where a check's facts are listed, relative to the cell's folder. */
export function factsFileOf(check: string): string {
  return `checks/${check}.ndjson`;
}

export function hasFacts({ facts }: Checked): boolean {
  return facts.length > 0;
}

/** Writes what checks found wrong, all of it that was kept, a document a line: one file for each that found anything. */
export function writeFacts(directory: string, checked: readonly Checked[]): void {
  for (const { result, facts } of checked.filter(hasFacts)) {
    mkdirSync(join(directory, 'checks'), { recursive: true });
    const lines = facts.map((fact) => `${JSON.stringify(fact)}\n`);
    writeFileSync(join(directory, factsFileOf(result.check)), lines.join(''));
  }
}
