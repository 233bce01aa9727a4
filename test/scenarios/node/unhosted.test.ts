/** When the orchestrator has a process of its own, and when it cannot. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryBus, memoryStorage } from '../../../adapters/memory/index.ts';
import { redisBus, redisStorage } from '../../../adapters/redis/index.ts';
import type { FaultOrder } from '../../../chaos/timeline.ts';
import { needsNode } from '../../../scenarios/node/needs-node.ts';
import { unhosted } from '../../../scenarios/node/unhosted.ts';

const memory = { bus: memoryBus, storage: memoryStorage };
const redis = { bus: redisBus, storage: redisStorage };

function faultsOn(...targets: readonly string[]): readonly FaultOrder[] {
  return targets.map((on) => ({ atMs: 0, forMs: 1, fault: 'any', on, direction: 'both', options: {} }));
}

for (const [what, scenario, needs] of [
  ['nothing of the kind', {}, false],
  ['nodes: 1', { nodes: 1 }, true],
  ['a fault on node', { faults: faultsOn('node') }, true],
  ['a fault on its clock', { faults: faultsOn('bus.server', 'clock.node') }, true],
  ['a fault on the clock that all share', { faults: faultsOn('clock', 'process') }, false],
] as const) {
  test(`${what}: ${needs ? 'a process of its own' : 'none'}`, () => assert.is(needsNode(scenario), needs));
}

for (const [what, scenario, stack, reason] of [
  ['replicas without a node', { replicas: 1 }, redis, null],
  ['replicas', { nodes: 1, replicas: 1 }, redis, /does not read from replicas/],
  [
    'calls',
    { faults: faultsOn('node', 'bus.publish') },
    redis,
    /^fault any on bus.publish: calls are disturbed/,
  ],
  ['the disk of a server', { faults: faultsOn('node', 'disk') }, redis, null],
  ['its own disk', { faults: faultsOn('node', 'disk') }, memory, /^fault any on disk: /],
  ['our process', { faults: faultsOn('node', 'process') }, memory, null],
] as const) {
  test(`with faults on ${what}`, () => {
    const said = unhosted(scenario, stack);
    if (reason === null) assert.is(said, null);
    else assert.match(said ?? '', reason);
  });
}

test.run();
