/** Writes what the tables of faults and metrics say into config/scenario.schema.json: `node config/write-schema.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricTable } from '../reports/metric-table.ts';
import { faultSchema } from './fault-schema.ts';
import { packageRoot } from './package-root.ts';
import { readSchema } from './schema.ts';

interface Schema {
  readonly [keyword: string]: unknown;
}

const schema = readSchema();
const properties = schema['properties'] as { readonly [name: string]: Schema };
const definitions = schema['definitions'] as Schema;
const metrics = Object.entries(metricTable).map(([name, { unit, what }]) => [
  name,
  { $ref: '#/definitions/threshold', description: `${unit}: ${what}` },
]);
const whole = {
  ...schema,
  properties: {
    ...properties,
    thresholds: { ...properties['thresholds'], properties: Object.fromEntries(metrics) },
  },
  definitions: { ...definitions, fault: faultSchema() },
};
writeFileSync(join(packageRoot, 'config', 'scenario.schema.json'), `${JSON.stringify(whole, null, 2)}\n`);
