/** Writes what the fault table says into config/scenario.schema.json: `node config/write-fault-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultSchema } from './fault-schema.ts';
import { packageRoot } from './package-root.ts';
import { readSchema } from './schema.ts';

const schema = readSchema();
const definitions = schema['definitions'] as { readonly [name: string]: unknown };
const whole = { ...schema, definitions: { ...definitions, fault: faultSchema() } };
writeFileSync(join(packageRoot, 'config', 'scenario.schema.json'), `${JSON.stringify(whole, null, 2)}\n`);
