import { join } from 'node:path';

/** Drills of one kind whose outcomes stand in one committed list. */
export interface DrillList {
  /** What `npm run prove` calls it. */
  readonly part: string;
  readonly file: string;
  /** The scenario of each stack. */
  readonly scenarios: { readonly [stack: string]: string };
  /** How one is played again. */
  readonly again: string;
}

const evidence = join(import.meta.dirname, '../../docs/evidence');

/** Faults on servers, links and calls. */
export const drills: DrillList = {
  part: 'drills',
  file: join(evidence, 'drills.tsv'),
  scenarios: {
    memory: 'drill-memory',
    sqlite: 'drill-calls',
    redis: 'drill-servers',
    postgres: 'drill-servers',
    'redis+postgres': 'drill-servers',
  },
  again:
    'testbed run test/prove/drill-servers.yaml --stacks STACK --seed SEED (sqlite: drill-calls, memory: drill-memory)',
};

/** Nodes that are lost, stopped for longer than their lease, and cut off. */
export const nodeDrills: DrillList = {
  part: 'nodes',
  file: join(evidence, 'node-drills.tsv'),
  scenarios: { redis: 'drill-nodes', postgres: 'drill-nodes', 'redis+postgres': 'drill-nodes' },
  again: 'testbed run test/prove/drill-nodes.yaml --stacks STACK --seed SEED',
};
