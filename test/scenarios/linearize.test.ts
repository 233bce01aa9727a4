/** The search held against trying every order there is, and against its own bounds. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AgentStatus } from '../../core/agent.ts';
import { linearize, type Operation } from '../../scenarios/checks/linearize.ts';

const patient = { over: false };

/** Whether some order of some of the unanswered and all of the others agrees with times and answers: all of them, tried. */
function linearizableSlowly(operations: readonly Operation[], stored: string = 'nothing'): boolean {
  if (operations.every(({ outcome }) => outcome === 'unknown')) return true;
  return operations.some((operation) => {
    const others = operations.filter((other) => other !== operation);
    // Nothing that was answered before this one was asked for may come after it.
    const first = others.every(
      (other) => other.outcome === 'unknown' || other.answeredMs >= operation.calledMs,
    );
    const next = first ? carriedOut(operation, stored) : null;
    return next !== null && linearizableSlowly(others, next);
  });
}

function carriedOut({ kind, version, status, outcome }: Operation, stored: string): string | null {
  const made = version === 0 ? 'nothing' : `${version} ${status}`;
  const fits = stored.startsWith(`${version - 1} `);
  if (kind === 'remove') return 'nothing';
  if (kind === 'read') return stored === made ? stored : null;
  if (kind === 'insert') return stored === 'nothing' ? made : null;
  if (outcome === 'conflict') return fits ? null : stored;
  return fits ? made : null;
}

const statuses: readonly AgentStatus[] = ['running', 'paused'];
const operation = fc
  .record({
    kind: fc.constantFrom('insert', 'update', 'update', 'update', 'read') as fc.Arbitrary<Operation['kind']>,
    version: fc.integer({ min: 2, max: 4 }),
    status: fc.constantFrom(...statuses),
    outcome: fc.constantFrom('done', 'done', 'conflict', 'unknown') as fc.Arbitrary<Operation['outcome']>,
    calledMs: fc.integer({ min: 0, max: 12 }),
    tookMs: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ kind, version, outcome, calledMs, tookMs, ...rest }): Operation => {
    const inserted = kind === 'insert';
    return {
      ...rest,
      kind,
      version: inserted ? 1 : version,
      outcome: kind === 'update' || (inserted && outcome === 'unknown') ? outcome : 'done',
      calledMs: inserted ? 0 : calledMs,
      answeredMs: calledMs + tookMs,
    };
  });

test('says of any few operations what trying every order says', () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
      const expected = linearizableSlowly(operations);
      seen[`${expected}`]++;
      assert.is(linearize(operations, patient).holds, expected);
    }),
    { seed: 1, numRuns: 5000 },
  );
  assert.ok(seen.true > 500 && seen.false > 500, JSON.stringify(seen));
});

/** What a real record would answer to these, carried out one after another, each at a time of its own. */
const history = fc
  .array(
    fc.record({
      stale: fc.boolean(),
      status: fc.constantFrom(...statuses),
      before: fc.nat(30),
      after: fc.nat(30),
      silent: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 40 },
  )
  .map((changes) => {
    let version = 1;
    const operations: Operation[] = [
      { kind: 'insert', version, status: 'running', outcome: 'done', calledMs: 0, answeredMs: 5 },
    ];
    changes.forEach(({ stale, status, before, after, silent }, index) => {
      const atMs = 10 + 10 * index;
      const fits = !stale;
      const asked = fits ? version + 1 : version;
      if (fits) version++;
      const outcome = silent === 0 ? 'unknown' : fits ? 'done' : 'conflict';
      operations.push({
        kind: 'update',
        version: Math.max(2, asked),
        status,
        outcome: asked < 2 ? 'unknown' : outcome,
        calledMs: atMs - before,
        answeredMs: atMs + after,
      });
    });
    return operations;
  });

test('holds of whatever a record that compares has answered, however slowly', () => {
  fc.assert(
    fc.property(history, (operations) => assert.is(linearize(operations, patient).holds, true)),
    { seed: 2, numRuns: 500 },
  );
});

function update(
  version: number,
  from: number,
  to: number,
  outcome: Operation['outcome'] = 'done',
): Operation {
  return { kind: 'update', version, status: 'running', outcome, calledMs: from, answeredMs: to };
}

const inserted: Operation = { ...update(1, 0, 1), kind: 'insert' };

test('a long life takes no longer than it is long, whatever has no answer in it', () => {
  const life = [inserted];
  for (let version = 2; version <= 50_000; version++) {
    const atMs = 2 * version;
    if (version % 100 === 0) life.push(update(version, atMs, atMs, 'unknown'));
    life.push(update(version, atMs, atMs + 1), update(version, atMs, atMs + 3, 'conflict'));
  }
  assert.is(linearize(life, patient).holds, true);
});

test('of more that overlap than can be tried nothing is known', () => {
  const many = Array.from({ length: 25 }, () => update(9, 2, 50, 'conflict'));
  assert.is(linearize([inserted, ...many], patient).holds, null);
  const tangled = Array.from({ length: 18 }, (_, index) => update(9, 2, 50 + index, 'conflict'));
  assert.is(linearize([inserted, ...tangled, update(7, 3, 40)], patient).holds, null);
});

test('when the time is up nothing is known', () => {
  const life = [inserted];
  for (let version = 2; version <= 5000; version++) life.push(update(version, 2 * version, 2 * version + 1));
  assert.is(linearize(life, { over: true }).holds, null);
});

test('the first that cannot have been is named, with what there can have been', () => {
  const wrong = update(3, 6, 7);
  const found = linearize([inserted, update(2, 2, 3), update(3, 4, 5), wrong, update(9, 8, 9)], patient);
  assert.equal(found, { holds: false, at: wrong, possible: ['version 3 (running)'] });
});

test.run();
