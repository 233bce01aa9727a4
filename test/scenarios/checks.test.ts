import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Agent, AgentStatus } from '../../core/agent.ts';
import type { Message } from '../../core/message.ts';
import type { Evidence } from '../../scenarios/checks/check.ts';
import { checkTable, runChecks } from '../../scenarios/checks/table.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import type { ControlEntry } from '../../scenarios/run/control-log.ts';
import { type CheckName, checkNames } from '../../scenarios/scenario.ts';

type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'UNSUPPORTED';

/** A history of one check: what was left behind, what it must say, and a word that must be in the evidence. */
interface History {
  readonly check: CheckName;
  readonly name: string;
  readonly evidence: Partial<Evidence>;
  readonly verdict: Verdict;
  readonly shows?: string;
}

/** A ledger of one subscriber to which `sent` events were sent and `seen` delivered, in that order. */
function ledger(sent: number, seen: readonly number[], tell?: (ledger: Ledger) => void): Ledger {
  const made = new Ledger('event', 1);
  const row = made.join('subscriber 1');
  for (let sequence = 0; sequence < sent; sequence++) made.next(0);
  for (const sequence of seen) row.mark(0, sequence);
  tell?.(made);
  return made;
}

/** One with more holes than it keeps. */
function overfull(tell?: (ledger: Ledger) => void): Ledger {
  const made = ledger(500_000, []);
  const [row] = made.rows;
  for (let sequence = 2; sequence <= 500_000; sequence += 2) row?.mark(0, sequence);
  tell?.(made);
  return made;
}

function message(sequence: number): Message {
  return { key: 'k', type: 'log', swarmId: '', producer: 1, sequence, at: 0, sentAt: 0, data: null };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

function agent(id: string, status: AgentStatus, version = 2, owner: string | null = 'node-1'): Agent {
  return {
    id,
    status,
    version,
    owner,
    swarmId: null,
    parentId: null,
    attempt: 0,
    createdAt: 0,
    updatedAt: 0,
    task: null,
    session: null,
    result: null,
    error: null,
  };
}

/** `a insert 1 spawning`, `a update 2 running unknown`, `a remove`: a control log, a line each. */
function control(...lines: readonly string[]): readonly ControlEntry[] {
  return lines.map((line, atMs) => {
    const [id = '', operation, ...rest] = line.split(' ');
    if (operation === 'remove') {
      return { atMs, id, operation, outcome: (rest[0] ?? 'done') as ControlEntry['outcome'] };
    }
    const [version, status, outcome = 'done'] = rest;
    return {
      atMs,
      id,
      operation: operation as 'insert' | 'update',
      version: Number(version),
      status: status as AgentStatus,
      outcome: outcome as ControlEntry['outcome'],
    };
  });
}

const nothing: Evidence = {
  events: new Ledger('event', 0),
  messages: new Ledger('message', 0),
  order: 'key',
  control: [],
  agents: [],
  spawned: new Set(),
  starts: new Map(),
  witnessed: false,
  indexDifferences: [],
  indexLookups: 0,
  stillArriving: false,
  chains: null,
};

const born = ['a insert 1 spawning', 'a update 2 running'];
const refuse =
  (...sequences: number[]) =>
  (made: Ledger): void =>
    made.refuse(sequences.map(message));
const doubt =
  (...sequences: number[]) =>
  (made: Ledger): void =>
    made.doubt(sequences.map(message));

// biome-ignore format: a table
const histories: readonly History[] = [
  { check: 'no-lost-acked', name: 'all came', evidence: { events: ledger(5, range(1, 5)) }, verdict: 'PASS' },
  { check: 'no-lost-acked', name: 'all came, in no order, some twice', evidence: { events: ledger(3, [3, 1, 1, 2]) }, verdict: 'PASS' },
  { check: 'no-lost-acked', name: 'one between never came', evidence: { events: ledger(5, [1, 2, 4, 5]) }, verdict: 'FAIL', shows: 'event 1:3 was acknowledged' },
  { check: 'no-lost-acked', name: 'the last never came', evidence: { events: ledger(5, [1, 2, 3]) }, verdict: 'FAIL', shows: 'event 1:4..5' },
  { check: 'no-lost-acked', name: 'a message never came', evidence: { events: ledger(1, [1]), messages: ledger(2, [1]) }, verdict: 'FAIL' },
  { check: 'no-lost-acked', name: 'a refused one is owed to nobody', evidence: { events: ledger(3, [1, 3], refuse(2)) }, verdict: 'PASS' },
  { check: 'no-lost-acked', name: 'nor one in doubt', evidence: { events: ledger(3, [1], doubt(2, 3)) }, verdict: 'PASS' },
  { check: 'no-lost-acked', name: 'refused ones excuse no other', evidence: { events: ledger(3, [1], refuse(2)) }, verdict: 'FAIL' },
  { check: 'no-lost-acked', name: 'missing, and others were still coming', evidence: { events: ledger(3, [1]), stillArriving: true }, verdict: 'INCONCLUSIVE' },
  { check: 'no-lost-acked', name: 'nothing was sent', evidence: {}, verdict: 'INCONCLUSIVE' },
  { check: 'no-lost-acked', name: 'more holes than are kept: those kept are losses all the same', evidence: { events: overfull() }, verdict: 'FAIL' },
  { check: 'no-lost-acked', name: 'more holes than are kept, and those kept were filled', evidence: { events: overfull((made) => { for (let at = 1; at < 400_000; at += 2) made.rows[0]?.mark(0, at); }) }, verdict: 'INCONCLUSIVE' },

  { check: 'no-phantom', name: 'only what was sent', evidence: { events: ledger(2, [1, 2]) }, verdict: 'PASS' },
  { check: 'no-phantom', name: 'one in doubt that came', evidence: { events: ledger(2, [1, 2], doubt(2)) }, verdict: 'PASS' },
  { check: 'no-phantom', name: 'a number never given', evidence: { events: ledger(2, [1, 2, 3]) }, verdict: 'FAIL', shows: 'event 1:3 reached subscriber 1 and was never sent' },
  { check: 'no-phantom', name: 'a message for another', evidence: { messages: ledger(1, [1], (made) => made.rows[0]?.markForeign('message for b reached a')) }, verdict: 'FAIL', shows: 'message for b' },
  { check: 'no-phantom', name: 'nothing came at all', evidence: { events: ledger(2, []) }, verdict: 'INCONCLUSIVE' },

  { check: 'order-per-key', name: 'in order', evidence: { events: ledger(3, [1, 2, 3]) }, verdict: 'PASS' },
  { check: 'order-per-key', name: 'with gaps, twice', evidence: { events: ledger(4, [1, 3, 3, 4, 1]) }, verdict: 'PASS' },
  { check: 'order-per-key', name: 'one after a later one', evidence: { events: ledger(3, [1, 3, 2]) }, verdict: 'FAIL', shows: 'event 1:2 reached subscriber 1 after 3' },
  { check: 'order-per-key', name: 'promised by nobody', evidence: { events: ledger(3, [1, 3, 2]), order: 'none' }, verdict: 'UNSUPPORTED' },
  { check: 'order-per-key', name: 'nothing came', evidence: { events: ledger(3, []) }, verdict: 'INCONCLUSIVE' },
  { check: 'order-per-key', name: 'more holes than are kept', evidence: { events: overfull() }, verdict: 'INCONCLUSIVE' },

  { check: 'legal-transitions', name: 'a life', evidence: { control: control(...born, 'a update 3 paused', 'a update 4 running', 'a update 5 retrying', 'a update 6 running', 'a update 7 completed'), agents: [agent('a', 'completed', 7)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'a life, ended and forgotten', evidence: { control: control(...born, 'a update 3 killed', 'a remove') }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'what was said of it is no change', evidence: { control: [...control(...born), { atMs: 1, id: 'a', operation: 'announced', sequence: 1, outcome: 'done' }, { atMs: 1, id: 'b', operation: 'acknowledged', outcome: 'done' }] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'the same status again, with more session', evidence: { control: control(...born, 'a update 3 running') }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'refused changes are not stored', evidence: { control: control(...born, 'a update 3 completed refused', 'a update 3 paused'), agents: [agent('a', 'paused', 3)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'answers that overtook each other', evidence: { control: control(...born, 'a update 4 completed', 'a update 3 running') }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered change that was stored', evidence: { control: control(...born, 'a update 3 paused unknown', 'a update 4 running'), agents: [agent('a', 'running', 4)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered change that was not', evidence: { control: control(...born, 'a update 3 paused unknown', 'a update 3 completed'), agents: [agent('a', 'completed', 3)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered change, last of all, stored', evidence: { control: control(...born, 'a update 3 paused unknown'), agents: [agent('a', 'paused', 3)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered change, last of all, not stored', evidence: { control: control(...born, 'a update 3 paused unknown'), agents: [agent('a', 'running', 2)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered insertion that was stored', evidence: { control: control('a insert 1 spawning unknown', 'a update 2 running', 'b insert 1 spawning unknown'), agents: [agent('a', 'running'), agent('b', 'spawning', 1)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered insertion, tried again', evidence: { control: control('a insert 1 spawning unknown', ...born) }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'an unanswered removal', evidence: { control: control(...born, 'a remove unknown', 'a update 3 completed'), agents: [agent('a', 'completed', 3)] }, verdict: 'PASS' },
  { check: 'legal-transitions', name: 'completed, then running', evidence: { control: control(...born, 'a update 3 completed', 'a update 4 running') }, verdict: 'FAIL', shows: 'a went from completed to running (version 4)' },
  { check: 'legal-transitions', name: 'paused, then completed', evidence: { control: control(...born, 'a update 3 paused', 'a update 4 completed') }, verdict: 'FAIL', shows: 'from paused to completed' },
  { check: 'legal-transitions', name: 'an illegal way through an unanswered change', evidence: { control: control(...born, 'a update 3 completed unknown', 'a update 4 running') }, verdict: 'FAIL', shows: 'a went from completed to running' },
  { check: 'legal-transitions', name: 'an unanswered change that is itself illegal', evidence: { control: control(...born, 'a update 3 spawning unknown', 'a update 4 running') }, verdict: 'FAIL' },
  { check: 'legal-transitions', name: 'the same version stored twice', evidence: { control: control(...born, 'a update 3 paused', 'a update 3 completed') }, verdict: 'FAIL', shows: 'a: version 3 was stored 2 times' },
  { check: 'legal-transitions', name: 'a version left out', evidence: { control: control(...born, 'a update 4 paused') }, verdict: 'FAIL', shows: 'a: version 4 was stored on top of 2' },
  { check: 'legal-transitions', name: 'changed and never inserted', evidence: { control: control('a update 2 running') }, verdict: 'FAIL', shows: 'never inserted' },
  { check: 'legal-transitions', name: 'inserted as what it cannot be', evidence: { control: control('a insert 1 running') }, verdict: 'FAIL', shows: 'inserted as running' },
  { check: 'legal-transitions', name: 'inserted with a later version', evidence: { control: control('a insert 2 spawning') }, verdict: 'FAIL', shows: '(version 2)' },
  { check: 'legal-transitions', name: 'changed after it was removed', evidence: { control: control(...born, 'a remove', 'a update 3 completed') }, verdict: 'FAIL', shows: 'never inserted' },
  { check: 'legal-transitions', name: 'storage holds another status', evidence: { control: control(...born), agents: [agent('a', 'completed', 3)] }, verdict: 'FAIL', shows: 'a is completed version 3 in storage' },
  { check: 'legal-transitions', name: 'storage has forgotten the last change', evidence: { control: control(...born, 'a update 3 completed'), agents: [agent('a', 'running', 2)] }, verdict: 'FAIL', shows: 'last change stored was completed version 3' },
  { check: 'legal-transitions', name: 'storage has forgotten the last change, which kept the status', evidence: { control: control(...born, 'a update 3 running'), agents: [agent('a', 'running', 2)] }, verdict: 'FAIL', shows: 'a is running version 2 in storage' },
  { check: 'legal-transitions', name: 'an unanswered change is no excuse where another was stored', evidence: { control: control(...born, 'a update 3 paused unknown', 'a update 3 completed', 'a update 4 running') }, verdict: 'FAIL', shows: 'from completed to running' },
  { check: 'legal-transitions', name: 'nothing was stored', evidence: { control: control('a insert 1 spawning refused') }, verdict: 'INCONCLUSIVE' },

  { check: 'no-stranded', name: 'ended, alive or forgotten', evidence: { spawned: new Set(['a', 'b', 'c', 'd']), agents: [agent('a', 'completed'), agent('b', 'running'), agent('c', 'paused')], control: control('d remove') }, verdict: 'PASS' },
  { check: 'no-stranded', name: 'forgotten without an answer', evidence: { spawned: new Set(['a']), control: control('a remove unknown') }, verdict: 'PASS' },
  { check: 'no-stranded', name: 'gone although its removal was refused', evidence: { spawned: new Set(['a']), control: control('a remove refused') }, verdict: 'FAIL', shows: 'a was spawned and is not in storage' },
  { check: 'no-stranded', name: 'spawned and gone', evidence: { spawned: new Set(['a', 'b']), agents: [agent('a', 'completed')] }, verdict: 'FAIL', shows: 'b was spawned and is not in storage' },
  { check: 'no-stranded', name: 'left spawning', evidence: { spawned: new Set(['a']), agents: [agent('a', 'spawning')] }, verdict: 'FAIL', shows: 'a was left spawning' },
  { check: 'no-stranded', name: 'left retrying', evidence: { spawned: new Set(['a']), agents: [agent('a', 'retrying')] }, verdict: 'FAIL', shows: 'a was left retrying' },
  { check: 'no-stranded', name: 'alive and owned by nobody', evidence: { spawned: new Set(['a']), agents: [agent('a', 'running', 2, null)] }, verdict: 'FAIL', shows: 'nobody owns it' },
  { check: 'no-stranded', name: 'ended and owned by nobody', evidence: { spawned: new Set(['a']), agents: [agent('a', 'failed', 3, null)] }, verdict: 'PASS' },
  { check: 'no-stranded', name: 'nobody was spawned', evidence: {}, verdict: 'INCONCLUSIVE' },

  { check: 'unique-spawn', name: 'one start each', evidence: { spawned: new Set(['a', 'b']), starts: new Map([['a', new Set([1])], ['b', new Set([2])]]), control: control('a insert 1 spawning', 'b insert 1 spawning') }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'a start that was not seen is not a second one', evidence: { spawned: new Set(['a']), control: control('a insert 1 spawning') }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'each start seen by one who was there', evidence: { spawned: new Set(['a']), starts: new Map([['a', new Set([1])]]), witnessed: true }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'a start not seen by one who was there', evidence: { spawned: new Set(['a', 'b']), starts: new Map([['a', new Set([1])]]), witnessed: true }, verdict: 'FAIL', shows: 'b was spawned and its agent_start never seen' },
  { check: 'unique-spawn', name: 'no start seen at all', evidence: { spawned: new Set(['a']), witnessed: true }, verdict: 'FAIL', shows: 'a was spawned' },
  { check: 'unique-spawn', name: 'a start not seen yet', evidence: { spawned: new Set(['a']), witnessed: true, stillArriving: true }, verdict: 'INCONCLUSIVE' },
  { check: 'unique-spawn', name: 'started twice', evidence: { spawned: new Set(['a']), starts: new Map([['a', new Set([1, 2])]]) }, verdict: 'FAIL', shows: 'a was started 2 times' },
  { check: 'unique-spawn', name: 'inserted twice', evidence: { spawned: new Set(['a']), control: control('a insert 1 spawning', 'a insert 1 spawning') }, verdict: 'FAIL', shows: 'a was inserted 2 times' },
  { check: 'unique-spawn', name: 'a refused insertion is none', evidence: { spawned: new Set(['a']), control: control('a insert 1 spawning', 'a insert 1 spawning refused') }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'nobody was spawned', evidence: {}, verdict: 'INCONCLUSIVE' },
  { check: 'unique-spawn', name: 'nothing was seen of it', evidence: { spawned: new Set(['a']) }, verdict: 'INCONCLUSIVE' },

  { check: 'indexes-agree', name: 'all agree', evidence: { indexLookups: 7 }, verdict: 'PASS' },
  { check: 'indexes-agree', name: 'one lacks an agent', evidence: { indexLookups: 7, indexDifferences: ['status running: the index lacks a'] }, verdict: 'FAIL', shows: 'lacks a' },
  { check: 'indexes-agree', name: 'nothing to look up', evidence: {}, verdict: 'INCONCLUSIVE' },

  { check: 'chain-complete', name: 'every chain', evidence: { chains: { wanted: 2, done: 2, links: 20 } }, verdict: 'PASS' },
  { check: 'chain-complete', name: 'one ended short', evidence: { chains: { wanted: 2, done: 1, links: 15 } }, verdict: 'FAIL' },
  { check: 'chain-complete', name: 'one still going on', evidence: { chains: { wanted: 2, done: 1, links: 15 }, stillArriving: true }, verdict: 'INCONCLUSIVE' },
  { check: 'chain-complete', name: 'no chain asked for', evidence: {}, verdict: 'INCONCLUSIVE' },
];

for (const { check, name, evidence, verdict, shows } of histories) {
  test(`${check}: ${name}: ${verdict}`, () => {
    const [result] = runChecks([check], { ...nothing, ...evidence });
    assert.is(result?.check, check);
    assert.is(result?.verdict, verdict, result?.detail);
    assert.ok((result?.detail ?? '').length > 0);
    if (shows === undefined) return;
    assert.ok(
      result?.evidence.some((line) => line.includes(shows)),
      `${shows} is not in: ${result?.evidence.join('; ')}`,
    );
  });
}

for (const check of checkNames) {
  test(`${check} has been seen to pass, to fail, and not to know`, () => {
    const seen = new Set(
      histories.filter((history) => history.check === check).map(({ verdict }) => verdict),
    );
    for (const verdict of ['PASS', 'FAIL', 'INCONCLUSIVE'] as const) assert.ok(seen.has(verdict), verdict);
    assert.ok(checkTable[check].what.length > 0);
  });
}

test('a check that throws could not decide: never a pass, and the others still run', () => {
  const trap = new Proxy(nothing, {
    get(target, name) {
      if (name === 'spawned') throw new Error('evidence lost');
      return Reflect.get(target, name);
    },
  });
  const results = runChecks(['no-stranded', 'chain-complete'], trap);
  assert.equal(
    results.map(({ verdict }) => verdict),
    ['INCONCLUSIVE', 'INCONCLUSIVE'],
  );
  assert.is(results[0]?.detail, 'the check itself failed: evidence lost');
});

test('evidence is the first ten, whatever there is', () => {
  const spawned = new Set(range(1, 100).map((index) => `agent-${index}`));
  const [result] = runChecks(['no-stranded'], { ...nothing, spawned });
  assert.is(result?.evidence.length, 10);
  assert.match(result?.detail ?? '', '100 agents');
});

test.run();
