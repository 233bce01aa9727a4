/** Writes the golden files of the quarterly report anew, where they are meant to have changed: look at what git says of them. */
import { writeFileSync } from 'node:fs';
import { quarterlyGoldens } from './quarterly-golden.ts';

for (const { file, text } of quarterlyGoldens()) writeFileSync(file, text);
