/** Whatever is done to a valid scenario file, it loads or is refused with its place; never anything else. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaintOf, fileOf } from './broken.ts';

const seed = 20261124;

const valid = `# yaml-language-server: $schema=../config/scenario.schema.json
name: valid
description: "Everything that a scenario can say, with \${GREETING:-nothing} from outside"
workload:
  agents: 10
  lifetime: { mean: 10s, complete: 0.8, fail: 0.1, kill: 0.1 }
  swarms: { size: 1..5, strategies: [parallel, map-reduce, pipeline, tree] }
  branching: true
  spawnOver: 1s
  subscribers: { count: 10, late: 2 }
  payload: { size: 1KiB, compressible: 0.5 }
  arrivals: poisson
  events: [10/s per agent, 20/s]
  messages: 20/s per agent
  transitions: 600/min
  inFlight: 1000
  batch: 10
  deadline: 500ms
  drain: 2s
  chain: { depth: 100, count: 2 }
  eventBus: { delivery: async, queueLimit: 100, whenFull: drop-oldest, logLimit: unbounded }
  messageBus: { delivery: sync, subscriptionLimit: 1000 }
  orchestrator:
    lock: per-agent
    retry: { attempts: 3, base: 50ms, max: 1s }
    retention: { endedFor: forever, endedKept: 100, every: 1s }
    history: { keep: unbounded }
  phases: &phases
    - { name: warmup, for: 5s, warmup: true }
    - { name: steady, for: 30s }
    - { name: surge, for: 10s, rate: x1..x2 }
stacks: [memory, sqlite, memory+sqlite]
durability: none
options: { bus: { sqlite: { pollMs: 5 } }, storage: { busyTimeoutMs: 100 } }
thresholdsFrom: seed/stress
thresholds:
  spawn_ms: { pass: ["avg < 500ms", "p(99) < 1s"], healthy: "avg < 200ms" }
  event_delivery_ms{phase:steady}: "avg < 50ms"
  errors: { pass: "value <= 0", abort: "value > 100 over 5s" }
checks: [no-lost-acked, chain-complete]
profiles:
  quick: { phases: *phases }
`;

const tokens = fc.constantFrom(
  '{',
  '}',
  '[',
  ']',
  ': ',
  ',',
  '\n',
  '\n  ',
  '- ',
  '"',
  "'",
  '#',
  '&a ',
  '*a',
  '*phases',
  '!!binary ',
  '<<',
  '|',
  '>',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '\t',
  '\r',
  '\u0000',
  '\uFEFF',
  '\uFFFD',
  '\u2028',
  '😀',
  '.nan',
  '.inf',
  '-1',
  '1e400',
  '0x10',
  'null',
  '~',
  'true',
  '__proto__: 1\n',
  'constructor',
  '${',
  `\${X}`,
  `\${X:-5}`,
  '$${',
  '999999999999',
  '10/s',
  '5s',
  'x2',
  '1..5',
  '[1, 2]',
  '[1s, 2s]',
  'avg < 1s',
  '{phase:}',
  'extends: baseline\n',
  'extends: stress\n',
  'profiles: {}\n',
  'before',
  '',
);

type Change = (text: string) => string;
const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(at, tokens).map(
    ([place, token]): Change =>
      (text) => {
        const index = Math.floor(place * text.length);
        return text.slice(0, index) + token + text.slice(index);
      },
  ),
  fc.tuple(at, fc.integer({ min: 1, max: 30 })).map(
    ([place, length]): Change =>
      (text) => {
        const index = Math.floor(place * text.length);
        return text.slice(0, index) + text.slice(index + length);
      },
  ),
  fc.tuple(at, tokens).map(
    ([place, token]): Change =>
      (text) => {
        // One word or number replaced by something else.
        const words = [...text.matchAll(/[\w.%/+<-]+/g)];
        const word = words[Math.floor(place * words.length)];
        return word === undefined
          ? text
          : text.slice(0, word.index) + token + text.slice(word.index + word[0].length);
      },
  ),
  fc.tuple(at, at).map(
    ([from, to]): Change =>
      (text) => {
        const lines = text.split('\n');
        const [line = ''] = lines.splice(Math.floor(from * lines.length), 1);
        lines.splice(Math.floor(to * lines.length), 0, line);
        return lines.join('\n');
      },
  ),
  at.map(
    (place): Change =>
      (text) => {
        const lines = text.split('\n');
        const index = Math.floor(place * lines.length);
        return [...lines.slice(0, index), lines[index], ...lines.slice(index)].join('\n');
      },
  ),
);

const line = /^\S+\.yaml:[1-9]\d*:[1-9]\d*: \S/;

/** Whether it loads. Throws when it is refused in any other way than it should be. */
function holds(content: string | Uint8Array, file: string): boolean {
  const complaint = complaintOf(fileOf(content, file));
  if (complaint === '') return true;
  const lines = complaint.split('\n');
  const last = lines.length === 11 ? lines.pop() : undefined;
  assert.ok(last === undefined || /^\.\.\. and \d+ more$/.test(last), last);
  for (const one of lines) assert.match(one, line);
  return false;
}

test('the file itself loads', () => {
  assert.is(complaintOf(fileOf(valid)), '');
});

test('a file changed by hand', () => {
  let loaded = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const text = changes.reduce((changed, apply) => apply(changed), valid);
      if (holds(text, 'by-hand.yaml')) loaded++;
    }),
    { seed, numRuns: 600 },
  );
  assert.ok(loaded > 20 && loaded < 580, `${loaded} of 600 loaded: the changes test one side only`);
});

test('a file of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void holds(bytes, 'bytes.yaml')),
    { seed, numRuns: 300 },
  );
});

test('a field of any value', () => {
  const fields = [
    'name',
    'description',
    'workload',
    'stacks',
    'durability',
    'options',
    'thresholdsFrom',
    'thresholds',
    'checks',
    'profiles',
    'extends',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 4 }), (field, value) => {
      const rest = { name: 'any', workload: { phases: [{ name: 'steady', for: '5s' }] } };
      // JSON is YAML, but for the few line ends that YAML has and JSON has not.
      holds(JSON.stringify({ ...rest, [field]: value }).replaceAll(/[\u007f-\uffff]/g, '?'), 'any.yaml');
    }),
    { seed, numRuns: 800 },
  );
});

test('a field of the workload of any value', () => {
  const fields = [
    'agents',
    'lifetime',
    'swarms',
    'subscribers',
    'payload',
    'arrivals',
    'events',
    'inFlight',
    'deadline',
    'phases',
    'chain',
    'eventBus',
    'messageBus',
    'orchestrator',
  ];
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.integer());
  fc.assert(
    fc.property(fc.constantFrom(...fields), value, (field, any) => {
      const workload = { phases: [{ name: 'steady', for: '5s' }], [field]: any };
      holds(JSON.stringify({ name: 'any', workload }).replaceAll(/[\u007f-\uffff]/g, '?'), 'any.yaml');
    }),
    { seed, numRuns: 800 },
  );
});

test.run();
