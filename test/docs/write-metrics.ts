/** Writes the generated parts of docs/measuring.md: `node test/docs/write-metrics.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSections } from './generated.ts';
import { root } from './markdown.ts';

const file = join(root, 'docs', 'measuring.md');
writeFileSync(file, withSections(readFileSync(file, 'utf8')));
