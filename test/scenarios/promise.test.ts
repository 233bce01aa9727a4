/** Which losses and repetitions a stack is failed for, after which faults. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultRecord } from '../../reports/record.ts';
import { type Harm, judgeHarm, type Promises } from '../../scenarios/checks/promise.ts';

const stacks: { readonly [name: string]: Omit<Promises, 'durability'> } = {
  redis: server({ replay: 'window', redelivers: true }),
  pubsub: server({ replay: 'none', redelivers: false }),
  memory: embedded({ replay: 'window', redelivers: true }),
  sqlite: embedded({ replay: 'all', redelivers: true }),
  forgetful: { ...server({ replay: 'window', redelivers: true }), forgetsUntold: true },
};

function server(bus: Pick<Promises['bus'], 'replay' | 'redelivers'>): Omit<Promises, 'durability'> {
  return { bus: { ...bus, embedded: false }, storage: { embedded: false } };
}

function embedded(bus: Pick<Promises['bus'], 'replay' | 'redelivers'>): Omit<Promises, 'durability'> {
  return { bus: { ...bus, embedded: true }, storage: { embedded: true } };
}

/** `kill bus.server`; with a question mark, one that was never confirmed in force. */
function faultOf(text: string): FaultRecord {
  const [fault = '', on = ''] = text.replace('?', '').split(' ');
  const confirmedAtMs = text.endsWith('?') ? null : 1;
  return { fault, on, options: {}, injectedAtMs: 0, confirmedAtMs, healedAtMs: 2, verifiedAtMs: 3 };
}

const [bus, storage, again, untold]: readonly Harm[] = [
  'lost by the bus',
  'lost by the storage',
  'repeated',
  'untold',
];

// biome-ignore format: a table
const rows: readonly (readonly [stack: string, durability: string, faults: readonly string[], harm: Harm | undefined, verdict: string])[] = [
  ['redis', 'none', [], bus, 'FAIL'],
  ['redis', 'none', [], storage, 'FAIL'],
  ['redis', 'none', ['kill bus.server'], bus, 'UNSUPPORTED'],
  ['redis', 'none', ['kill bus.server?'], bus, 'FAIL'],
  ['redis', 'none', ['kill bus.server'], storage, 'FAIL'],
  ['redis', 'none', ['kill bus.server', 'kill storage.server'], storage, 'UNSUPPORTED'],
  ['redis', 'none', ['terminate storage.server'], storage, 'UNSUPPORTED'],
  ['redis', 'none', ['restart storage.server'], storage, 'UNSUPPORTED'],
  ['redis', 'none', ['crash-loop storage.server'], storage, 'UNSUPPORTED'],
  ['redis', 'none', ['redis-failover storage.server'], storage, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['redis-failover bus.server'], bus, 'FAIL'],
  ['redis', 'none', ['postgres-failover storage.server'], storage, 'UNSUPPORTED'],
  ['redis', 'power-loss', ['postgres-failover storage.server'], storage, 'FAIL'],
  ['redis', 'none', ['kill replica.server'], storage, 'FAIL'],
  ['pubsub', 'none', ['partition node.2.bus.link'], bus, 'UNSUPPORTED'],
  ['pubsub', 'none', ['partition node.2.storage.link'], bus, 'FAIL'],
  ['redis', 'none', ['partition node.2.bus.link'], again, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['kill node'], untold, 'FAIL'],
  ['forgetful', 'process-crash', ['kill node'], untold, 'UNSUPPORTED'],
  ['forgetful', 'process-crash', ['kill node?'], untold, 'FAIL'],
  ['forgetful', 'process-crash', ['kill bus.server'], untold, 'FAIL'],
  ['forgetful', 'process-crash', ['kill node'], bus, 'FAIL'],
  ['redis', 'none', ['pause bus.server'], bus, 'FAIL'],
  ['redis', 'none', ['latency bus.link'], bus, 'FAIL'],
  ['redis', 'none', ['partition bus.link'], bus, 'FAIL'],
  ['redis', 'none', ['kill node'], bus, 'FAIL'],
  ['redis', 'process-crash', ['kill bus.server'], bus, 'FAIL'],
  ['redis', 'process-crash', ['latency bus.link', 'kill storage.server'], storage, 'FAIL'],
  ['redis', 'power-loss', ['kill bus.server'], bus, 'FAIL'],
  ['redis', 'power-loss', ['truncate disk'], bus, 'UNSUPPORTED'],
  ['redis', 'power-loss', ['bit-flip disk'], storage, 'UNSUPPORTED'],
  ['redis', 'power-loss', ['slow-fsync disk'], storage, 'FAIL'],
  ['redis', 'redis-everysec', ['kill bus.server'], bus, 'UNSUPPORTED'],
  ['sqlite', 'sqlite-normal', ['kill node'], storage, 'FAIL'],
  ['redis', 'of-somebody', ['kill bus.server'], bus, 'INCONCLUSIVE'],
  ['redis', 'of-somebody', [], bus, 'FAIL'],
  ['memory', 'none', ['kill node'], bus, 'UNSUPPORTED'],
  ['memory', 'none', ['kill node'], storage, 'UNSUPPORTED'],
  ['memory', 'none', ['kill bus.server'], bus, 'FAIL'],
  ['sqlite', 'none', ['kill node'], storage, 'UNSUPPORTED'],
  ['pubsub', 'none', ['partition bus.link'], bus, 'UNSUPPORTED'],
  ['pubsub', 'none', ['reset bus.link'], bus, 'UNSUPPORTED'],
  ['pubsub', 'none', ['kill node'], bus, 'UNSUPPORTED'],
  ['pubsub', 'none', ['partition storage.link'], bus, 'FAIL'],
  ['pubsub', 'none', ['latency bus.link'], bus, 'FAIL'],
  ['pubsub', 'none', ['partition bus.link'], storage, 'FAIL'],

  ['redis', 'process-crash', [], again, 'FAIL'],
  ['redis', 'process-crash', ['kill bus.server'], again, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['kill node'], again, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['reset bus.link'], again, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['lost-reply bus.publish'], again, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['duplicate bus.calls'], again, 'UNSUPPORTED'],
  ['redis', 'process-crash', ['duplicate bus.calls?'], again, 'FAIL'],
  ['redis', 'process-crash', ['lost-reply storage.update'], again, 'FAIL'],
  ['redis', 'process-crash', ['kill storage.server'], again, 'FAIL'],
  ['redis', 'process-crash', ['latency bus.link'], again, 'FAIL'],
  ['pubsub', 'none', ['kill bus.server'], again, 'FAIL'],
];

for (const [stack, durability, faults, harm = 'repeated', verdict] of rows) {
  test(`${stack}, ${durability}, ${faults.join(' and ') || 'no fault'}: ${harm}: ${verdict}`, () => {
    const promises = { durability, ...(stacks[stack] as Omit<Promises, 'durability'>) };
    assert.is(judgeHarm(harm, promises, faults.map(faultOf)).verdict, verdict);
  });
}

test('it is said which fault it was, and what of it was promised', () => {
  const redis = { durability: 'none', ...(stacks['redis'] as Omit<Promises, 'durability'>) };
  const kill = faultOf('kill bus.server');
  assert.is(
    judgeHarm('lost by the bus', redis, [kill]).why,
    'after kill on bus.server; durability none promises nothing then',
  );
  assert.is(
    judgeHarm('lost by the bus', { ...redis, durability: 'process-crash' }, [kill]).why,
    'after kill on bus.server, which durability process-crash promises to outlive',
  );
  assert.is(judgeHarm('lost by the bus', redis, []).why, '');
});

test.run();
