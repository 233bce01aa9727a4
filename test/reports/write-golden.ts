/** Writes what every format makes of the results in test/fixtures/reports: `node test/reports/write-golden.ts`; the difference is to be read. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { goldens } from './golden.ts';

for (const { file, text } of await goldens()) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
