/** Writes docs/scenario-reference.md from the schema: `node config/write-reference.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import { referenceText } from './reference.ts';

writeFileSync(join(packageRoot, 'docs', 'scenario-reference.md'), referenceText());
