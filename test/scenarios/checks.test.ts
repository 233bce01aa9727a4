import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Agent, AgentStatus } from '../../core/agent.ts';
import type { Message } from '../../core/message.ts';
import type { CheckResult, FaultRecord, Series } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import type { Evidence } from '../../scenarios/checks/check.ts';
import type { Promises } from '../../scenarios/checks/promise.ts';
import { type Checked, runChecks } from '../../scenarios/checks/run-checks.ts';
import { checkTable } from '../../scenarios/checks/table.ts';
import { Ledger } from '../../scenarios/ledger/ledger.ts';
import type { ControlEntry } from '../../scenarios/run/control-log.ts';
import { type CheckName, checkNames } from '../../scenarios/scenario.ts';
import { FakeClock } from '../doubles/fake-clock.ts';

type Verdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'UNSUPPORTED';

const clock = new FakeClock();

function judge(check: CheckName, evidence: Partial<Evidence>): CheckResult {
  return (runChecks([check], { ...nothing, ...evidence }, clock) as [Checked])[0].result;
}

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

/** All of the first three acknowledged at a time. */
const ackedAt =
  (atMs: number) =>
  ({ acks }: Ledger): void =>
    acks.note([1, 2, 3].map(message), atMs);

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

/**
 * `a insert 1 spawning`, `a update 2 running unknown`, `a remove`: a control log, a line each. One after another, unless a
 * line ends with when it was asked for and answered: `a update 3 paused conflict 2..5`.
 */
function control(...lines: readonly string[]): readonly ControlEntry[] {
  return lines.map((line, index) => {
    const [, text = '', from = index, to = index] = /^(.*?)(?: (\d+)\.\.(\d+))?$/.exec(line) ?? [];
    const [id = '', operation, ...rest] = text.split(' ');
    const [calledMs, atMs] = [Number(from), Number(to)];
    if (operation === 'remove') {
      return { calledMs, atMs, id, operation, outcome: (rest[0] ?? 'done') as ControlEntry['outcome'] };
    }
    const [version, status, outcome = 'done'] = rest;
    return {
      calledMs,
      atMs,
      id,
      operation: operation as 'insert' | 'update',
      version: Number(version),
      status: status as AgentStatus,
      outcome: outcome as ControlEntry['outcome'],
    };
  });
}

/** Changes that were made, each by a node, and whose the agent was to be by them: `id operation version status node [owner]`. */
function byNodes(...lines: readonly string[]): ControlEntry[] {
  return lines.map((line, index) => {
    const [id = '', operation, version, status, node = '', owner] = line.split(' ');
    return {
      ...(control(`${id} ${operation} ${version} ${status}`)[0] as ControlEntry),
      ...{ calledMs: index, atMs: index, node },
      ...(owner !== undefined && { owner }),
    };
  });
}

const nothing: Evidence = {
  events: new Ledger('event', 0),
  messages: new Ledger('message', 0),
  cellStartMs: 0,
  loadStartMs: 0,
  order: 'key',
  promises: {
    durability: 'process-crash',
    bus: { replay: 'all', redelivers: true, embedded: false },
    storage: { embedded: false },
  },
  faults: [],
  series: {},
  rules: [],
  recovery: { withinMs: 1000, windows: 3 },
  control: [],
  agents: [],
  owners: null,
  spawned: new Set(),
  starts: new Map(),
  witnessed: false,
  indexDifferences: [],
  indexLookups: 0,
  stillArriving: false,
  backlog: null,
  chains: null,
};

function promising(durability: string): Promises {
  return { ...nothing.promises, durability };
}

const keepingNothing: Promises = {
  durability: 'none',
  bus: { replay: 'none', redelivers: false, embedded: false },
  storage: { embedded: false },
};

function fault(name: string, on: string, confirmedAtMs = 100, verifiedAtMs = 200): FaultRecord {
  const times = { injectedAtMs: confirmedAtMs, confirmedAtMs, healedAtMs: verifiedAtMs, verifiedAtMs };
  return { fault: name, on, options: {}, ...times };
}

/**
 * Windows of 100 ms as a text: `+` good, `s` good but slow, `-` with an error, `.` in which nothing was done of what was due,
 * `_` in which nothing was due.
 */
function course(text: string, ...faults: readonly FaultRecord[]): Partial<Evidence> {
  const windows = [...text.replaceAll(' ', '')];
  const series = (of: string, value: number): Series => ({
    unit: '1/s',
    windowMs: 100,
    values: windows.map((window) => (of.includes(window) ? value : 0)),
  });
  return {
    faults,
    series: {
      offered_per_s: series('+s-.', 10),
      acked_per_s: series('+s-', 10),
      errors_per_s: series('-', 10),
      event_delivery_ms: { ...series('s', 50), unit: 'ms' },
    },
  };
}

function averageUnder(limit: number): Threshold {
  const bound = {
    aggregator: 'avg',
    percentile: null,
    operator: '<',
    limit,
    overMs: null,
    text: '',
  } as const;
  return { metric: 'event_delivery_ms', phase: null, pass: [bound], healthy: [], abort: [] };
}

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
  { check: 'no-stranded', name: 'spawned when', evidence: { spawned: new Set(['a']), cellStartMs: 1000, loadStartMs: 1500, control: [{ atMs: 750, id: 'a', operation: 'acknowledged', outcome: 'done' }] }, verdict: 'FAIL', shows: 'a was spawned, acknowledged at 0.250 s, and is not in storage' },
  { check: 'no-stranded', name: 'left spawning', evidence: { spawned: new Set(['a']), agents: [agent('a', 'spawning')] }, verdict: 'FAIL', shows: 'a was left spawning' },
  { check: 'no-stranded', name: 'left retrying', evidence: { spawned: new Set(['a']), agents: [agent('a', 'retrying')] }, verdict: 'FAIL', shows: 'a was left retrying' },
  { check: 'no-stranded', name: 'alive and owned by nobody', evidence: { spawned: new Set(['a']), agents: [agent('a', 'running', 2, null)] }, verdict: 'FAIL', shows: 'nobody owns it' },
  { check: 'no-stranded', name: 'ended and owned by nobody', evidence: { spawned: new Set(['a']), agents: [agent('a', 'failed', 3, null)] }, verdict: 'PASS' },
  { check: 'no-stranded', name: 'owned by a node that lives', evidence: { spawned: new Set(['a']), owners: new Set(['node#2']), agents: [agent('a', 'running', 2, 'node#2')] }, verdict: 'PASS' },
  { check: 'no-stranded', name: 'owned by a life that has ended', evidence: { spawned: new Set(['a']), owners: new Set(['node#2']), agents: [agent('a', 'running', 2, 'node#1')] }, verdict: 'FAIL', shows: 'a is running and owned by node#1, which is no more' },
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
  { check: 'unique-spawn', name: 'taken over, and changed by its owner', evidence: { spawned: new Set(['a']), control: byNodes('a insert 1 spawning n1 n1#1', 'a update 2 running n1 n1#1', 'a update 3 running n2 n2#2', 'a update 4 completed n2') }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'changed by who owned it once', evidence: { spawned: new Set(['a']), control: byNodes('a insert 1 spawning n1 n1#1', 'a update 2 running n2 n2#2', 'a update 3 completed n1') }, verdict: 'FAIL', shows: 'a was changed to completed (version 3) by n1, and n2#2 owned it' },
  { check: 'unique-spawn', name: 'killed by another than its owner', evidence: { spawned: new Set(['a']), control: byNodes('a insert 1 spawning n1 n1#1', 'a update 2 killed n2') }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'failed by an heir, as its spawn was interrupted', evidence: { spawned: new Set(['a']), control: byNodes('a insert 1 spawning n1 n1#1', 'a update 2 failed n2') }, verdict: 'PASS' },
  { check: 'unique-spawn', name: 'failed by another than its owner, though it ran', evidence: { spawned: new Set(['a']), control: byNodes('a insert 1 spawning n1 n1#1', 'a update 2 running n1 n1#1', 'a update 3 failed n2') }, verdict: 'FAIL' },
  { check: 'unique-spawn', name: 'nobody was spawned', evidence: {}, verdict: 'INCONCLUSIVE' },
  { check: 'unique-spawn', name: 'nothing was seen of it', evidence: { spawned: new Set(['a']) }, verdict: 'INCONCLUSIVE' },

  { check: 'indexes-agree', name: 'all agree', evidence: { indexLookups: 7 }, verdict: 'PASS' },
  { check: 'indexes-agree', name: 'one lacks an agent', evidence: { indexLookups: 7, indexDifferences: ['status running: the index lacks a'] }, verdict: 'FAIL', shows: 'lacks a' },
  { check: 'indexes-agree', name: 'nothing to look up', evidence: {}, verdict: 'INCONCLUSIVE' },
  { check: 'indexes-agree', name: 'nothing left to look up, as nothing was promised', evidence: { spawned: new Set(['a']), promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'UNSUPPORTED' },
  { check: 'indexes-agree', name: 'nothing left to look up of what was promised to stay', evidence: { spawned: new Set(['a']), faults: [fault('kill', 'storage.server')] }, verdict: 'INCONCLUSIVE' },

  { check: 'chain-complete', name: 'every chain', evidence: { chains: { wanted: 2, done: 2, links: 20 } }, verdict: 'PASS' },
  { check: 'chain-complete', name: 'one ended short', evidence: { chains: { wanted: 2, done: 1, links: 15 } }, verdict: 'FAIL' },
  { check: 'chain-complete', name: 'one still going on', evidence: { chains: { wanted: 2, done: 1, links: 15 }, stillArriving: true }, verdict: 'INCONCLUSIVE' },
  { check: 'chain-complete', name: 'no chain asked for', evidence: {}, verdict: 'INCONCLUSIVE' },

  { check: 'backlog-drained', name: 'in time', evidence: { backlog: { wanted: 100, built: 103, withinMs: 1000, drainMs: 400, left: 0 } }, verdict: 'PASS' },
  { check: 'backlog-drained', name: 'not in time', evidence: { backlog: { wanted: 100, built: 103, withinMs: 1000, drainMs: null, left: 12 } }, verdict: 'FAIL' },
  { check: 'backlog-drained', name: 'never built up', evidence: { backlog: { wanted: 100, built: 60, withinMs: 1000, drainMs: 10, left: 0 } }, verdict: 'INCONCLUSIVE' },
  { check: 'backlog-drained', name: 'none asked for', evidence: {}, verdict: 'INCONCLUSIVE' },

  { check: 'at-least-once', name: 'once each', evidence: { events: ledger(3, [1, 2, 3]) }, verdict: 'PASS' },
  { check: 'at-least-once', name: 'some again', evidence: { events: ledger(3, [1, 2, 1, 3, 3]) }, verdict: 'PASS' },
  { check: 'at-least-once', name: 'one never', evidence: { events: ledger(3, [1, 3]) }, verdict: 'FAIL', shows: 'event 1:2 was acknowledged' },
  { check: 'at-least-once', name: 'nothing was sent', evidence: {}, verdict: 'INCONCLUSIVE' },

  { check: 'exactly-once-effect', name: 'once each', evidence: { events: ledger(3, [1, 2, 3]) }, verdict: 'PASS' },
  { check: 'exactly-once-effect', name: 'one again', evidence: { events: ledger(3, [1, 2, 3, 3]) }, verdict: 'FAIL', shows: 'event 1:3 reached subscriber 1 again' },
  { check: 'exactly-once-effect', name: 'a message again', evidence: { messages: ledger(2, [1, 2, 1]) }, verdict: 'FAIL', shows: '1:1 reached subscriber 1 again, after 2' },
  { check: 'exactly-once-effect', name: 'one never', evidence: { events: ledger(3, [1, 3]) }, verdict: 'FAIL', shows: 'never reached' },
  { check: 'exactly-once-effect', name: 'one again, after a fault that such a bus answers with', evidence: { events: ledger(3, [1, 2, 3, 3]), faults: [fault('duplicate', 'bus.publish')] }, verdict: 'UNSUPPORTED', shows: 'again' },
  { check: 'exactly-once-effect', name: 'one again of what was acknowledged while the fault had its time', evidence: { events: ledger(3, [1, 2, 3, 3], ackedAt(1200)), faults: [fault('duplicate', 'bus.publish')] }, verdict: 'UNSUPPORTED', shows: 'again' },
  { check: 'exactly-once-effect', name: 'one again of what was acknowledged when that was over', evidence: { events: ledger(3, [1, 2, 3, 3], ackedAt(1201)), faults: [fault('duplicate', 'bus.publish')] }, verdict: 'FAIL', shows: 'again' },
  { check: 'offsets-agree', name: 'taken back, when the fault was long over', evidence: { events: ledger(3, [1, 2, 3, 2], ackedAt(1201)), faults: [fault('duplicate', 'bus.publish')] }, verdict: 'FAIL', shows: 'again' },
  { check: 'exactly-once-effect', name: 'one again and one never: the worse of both', evidence: { events: ledger(3, [1, 3, 3]), faults: [fault('duplicate', 'bus.publish')] }, verdict: 'FAIL', shows: 'never reached' },
  { check: 'exactly-once-effect', name: 'one in doubt that never came', evidence: { events: ledger(3, [1, 3], doubt(2)) }, verdict: 'PASS' },
  { check: 'exactly-once-effect', name: 'nothing was sent', evidence: {}, verdict: 'INCONCLUSIVE' },
  { check: 'exactly-once-effect', name: 'more holes than are kept, and those kept were filled', evidence: { events: overfull((made) => { for (let at = 1; at < 400_000; at += 2) made.rows[0]?.mark(0, at); }) }, verdict: 'INCONCLUSIVE' },

  { check: 'offsets-agree', name: 'on and on', evidence: { events: ledger(3, [1, 2, 3]) }, verdict: 'PASS' },
  { check: 'offsets-agree', name: 'what never came after all was not passed over', evidence: { events: ledger(3, [1, 2]) }, verdict: 'PASS' },
  { check: 'offsets-agree', name: 'the last one again is no way back', evidence: { events: ledger(3, [1, 2, 2, 3]) }, verdict: 'PASS' },
  { check: 'offsets-agree', name: 'what came late is the matter of order', evidence: { events: ledger(3, [1, 3, 2]) }, verdict: 'PASS' },
  { check: 'offsets-agree', name: 'one in doubt may be passed over', evidence: { events: ledger(3, [1, 3], doubt(2)) }, verdict: 'PASS' },
  { check: 'offsets-agree', name: 'taken back', evidence: { events: ledger(3, [1, 2, 3, 1, 2, 3]) }, verdict: 'FAIL', shows: 'event 1:1 reached subscriber 1 again, after 3' },
  { check: 'offsets-agree', name: 'passed over', evidence: { events: ledger(3, [1, 3]) }, verdict: 'FAIL', shows: 'event 1:2 was acknowledged' },
  { check: 'offsets-agree', name: 'passed over, and others were still coming', evidence: { events: ledger(3, [1, 3]), stillArriving: true }, verdict: 'INCONCLUSIVE' },
  { check: 'offsets-agree', name: 'taken back while others were still coming', evidence: { events: ledger(4, [1, 3, 1]), stillArriving: true }, verdict: 'FAIL', shows: '1:1 reached subscriber 1 again' },
  { check: 'offsets-agree', name: 'no order, no places', evidence: { events: ledger(3, [1, 3, 2]), order: 'none' }, verdict: 'UNSUPPORTED' },
  { check: 'offsets-agree', name: 'nothing came', evidence: { events: ledger(3, []) }, verdict: 'INCONCLUSIVE' },

  { check: 'linearizable', name: 'a life', evidence: { control: control(...born, 'a update 3 completed'), agents: [agent('a', 'completed', 3)] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'a conflict with one that was faster', evidence: { control: control(...born, 'a update 3 paused 2..5', 'a update 3 completed conflict 3..6'), agents: [agent('a', 'paused', 3)] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'a conflict with nobody', evidence: { control: control(...born, 'a update 3 paused conflict'), agents: [agent('a', 'running')] }, verdict: 'FAIL', shows: 'a: update to version 3 (paused), asked for at 0.002000 s and refused for a conflict at 0.002000 s, when a could only be version 2 (running)' },
  { check: 'linearizable', name: 'a conflict with one that only came after it', evidence: { control: control(...born, 'a update 3 paused conflict 2..3', 'a update 3 completed 4..5'), agents: [agent('a', 'completed', 3)] }, verdict: 'FAIL', shows: 'refused for a conflict' },
  { check: 'linearizable', name: 'a conflict with one that has no answer', evidence: { control: control(...born, 'a update 3 paused unknown', 'a update 3 completed conflict'), agents: [agent('a', 'paused', 3)] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'a stale version taken', evidence: { control: control(...born, 'a update 3 paused', 'a update 3 completed'), agents: [agent('a', 'completed', 3)] }, verdict: 'FAIL', shows: 'update to version 3 (completed)' },
  { check: 'linearizable', name: 'taken before what it was made on', evidence: { control: control(...born, 'a update 4 running 2..3', 'a update 3 paused 4..5'), agents: [agent('a', 'running', 4)] }, verdict: 'FAIL', shows: 'update to version 4 (running)' },
  { check: 'linearizable', name: 'answers that overtook each other', evidence: { control: control(...born, 'a update 4 running 3..4', 'a update 3 paused 2..6'), agents: [agent('a', 'running', 4)] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'an unanswered change that took effect long after', evidence: { control: control(...born, 'a update 3 paused unknown', 'a update 3 paused conflict 9..10'), agents: [agent('a', 'paused', 3)] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'an unanswered change that never did', evidence: { control: control(...born, 'a update 3 paused unknown', 'a update 3 killed'), agents: [agent('a', 'killed', 3)] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'what was refused was not tried', evidence: { control: control(...born, 'a update 3 paused refused'), agents: [agent('a', 'running')] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'inserted, removed, inserted', evidence: { control: control('a insert 1 spawning', 'a remove', 'a insert 1 spawning', 'a remove unknown'), agents: [] }, verdict: 'PASS' },
  { check: 'linearizable', name: 'inserted twice', evidence: { control: control('a insert 1 spawning', 'a insert 1 spawning') }, verdict: 'FAIL', shows: 'a: insert to version 1 (spawning)' },
  { check: 'linearizable', name: 'changed after it was removed', evidence: { control: control(...born, 'a remove', 'a update 3 killed') }, verdict: 'FAIL', shows: 'a could only be not there' },
  { check: 'linearizable', name: 'storage holds less than was acknowledged', evidence: { control: control(...born, 'a update 3 killed'), agents: [agent('a', 'running')] }, verdict: 'FAIL', shows: 'storage holds version 2 (running) of a at the end, when a could only be version 3 (killed)' },
  { check: 'linearizable', name: 'storage holds another status', evidence: { control: control(...born), agents: [agent('a', 'paused')] }, verdict: 'FAIL', shows: 'storage holds version 2 (paused)' },
  { check: 'linearizable', name: 'storage lost what it never promised to keep', evidence: { control: control(...born), agents: [], promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'UNSUPPORTED', shows: 'storage holds nothing of a' },
  { check: 'linearizable', name: 'nothing was changed', evidence: {}, verdict: 'INCONCLUSIVE' },
  { check: 'linearizable', name: 'too many at once', evidence: { control: control(...born, ...range(1, 30).map(() => 'a update 3 paused conflict 2..50')) }, verdict: 'INCONCLUSIVE' },

  { check: 'converges', name: 'back at once', evidence: course('+++++ ....+ +++++', fault('kill', 'bus.server', 500, 900)), verdict: 'PASS' },
  { check: 'converges', name: 'back in time', evidence: course('+++++ ..... -+-+- +++++', fault('kill', 'bus.server', 500, 1000)), verdict: 'PASS' },
  { check: 'converges', name: 'never back', evidence: course('+++++ ..... -+-+- -+-+- -+-+- -+-+-', fault('kill', 'bus.server', 500, 1000)), verdict: 'FAIL', shows: 'kill on bus.server was healed at 1.000 s: 3 good windows in a row never came (12 of 20 were bad)' },
  { check: 'converges', name: 'back too late', evidence: course('+++++ ..... -+-+- -+-+- -+-+- +++++', fault('kill', 'bus.server', 500, 1000)), verdict: 'FAIL', shows: 'came after 1500 ms' },
  { check: 'converges', name: 'the load ended too soon', evidence: course('+++++ ..... -+-+-', fault('kill', 'bus.server', 500, 1000)), verdict: 'INCONCLUSIVE' },
  { check: 'converges', name: 'struck again before the deadline, and back after that', evidence: course('+++++ .-.-. ..... +++++', fault('kill', 'bus.server', 500, 600), fault('pause', 'bus.server', 1000, 1400)), verdict: 'PASS' },
  { check: 'converges', name: 'back after the first, not after the second', evidence: course('+++++ .++++ +++++ +++++ ..... ..... ..... .....', fault('kill', 'bus.server', 500, 600), fault('pause', 'bus.server', 2000, 2100)), verdict: 'FAIL', shows: 'pause on bus.server was healed at 2.100 s' },
  { check: 'converges', name: 'back after the first, and the load ended too soon after the second', evidence: course('+++++ .++++ +++++ +++++ ..... .....', fault('kill', 'bus.server', 500, 600), fault('pause', 'bus.server', 2000, 2100)), verdict: 'INCONCLUSIVE' },
  { check: 'converges', name: 'windows in which nothing was due are no way back', evidence: course('+++++ ..... -_+_- _+_+_+', fault('kill', 'bus.server', 500, 1000)), verdict: 'PASS' },
  { check: 'converges', name: 'slower than the average may be is not good', evidence: { ...course('+++++ ..... sssss sssss sssss sssss', fault('kill', 'bus.server', 500, 1000)), rules: [averageUnder(10)] }, verdict: 'FAIL' },
  { check: 'converges', name: 'slow is good where nobody bounds it', evidence: course('+++++ ..... sssss sssss sssss sssss', fault('kill', 'bus.server', 500, 1000)), verdict: 'PASS' },
  { check: 'converges', name: 'nothing to come back to', evidence: course('..... ..... +++++', fault('kill', 'bus.server', 500, 1000)), verdict: 'INCONCLUSIVE' },
  { check: 'converges', name: 'never seen in force', evidence: course('+++++ +++++', { ...fault('kill', 'bus.server', 500, 600), confirmedAtMs: null }), verdict: 'INCONCLUSIVE' },
  { check: 'converges', name: 'never seen healed', evidence: course('+++++ +++++', { ...fault('kill', 'bus.server', 500, 600), verifiedAtMs: null }), verdict: 'INCONCLUSIVE' },
  { check: 'converges', name: 'no time was measured', evidence: { faults: [fault('kill', 'bus.server', 500, 600)] }, verdict: 'INCONCLUSIVE' },

  { check: 'no-lost-acked', name: 'lost in a kill, and nothing else was promised', evidence: { events: ledger(3, [1]), promises: promising('none'), faults: [fault('kill', 'bus.server')] }, verdict: 'UNSUPPORTED', shows: 'event 1:2..3 was acknowledged' },
  { check: 'no-lost-acked', name: 'lost in a kill although the durability promises to outlive one', evidence: { events: ledger(3, [1]), faults: [fault('kill', 'bus.server')] }, verdict: 'FAIL', shows: 'event 1:2..3' },
  { check: 'no-lost-acked', name: 'lost without a kill, whatever the durability', evidence: { events: ledger(3, [1]), promises: promising('none') }, verdict: 'FAIL', shows: 'event 1:2..3' },
  { check: 'no-lost-acked', name: 'acknowledged when', evidence: { events: ledger(3, [1, 3], (made) => { made.acks.note([message(1)], 1100); made.acks.note([message(2), message(3)], 1250); }), loadStartMs: 1000 }, verdict: 'FAIL', shows: 'event 1:2 was acknowledged at 0.250 s and never reached subscriber 1' },
  { check: 'no-lost-acked', name: 'acknowledged and lost after the kill was over, whatever is promised in one', evidence: { events: ledger(3, [1], (made) => { made.acks.note([message(1), message(2)], 150); made.acks.note([message(3)], 350); }), promises: promising('none'), faults: [fault('kill', 'bus.server', 100, 200)] }, verdict: 'FAIL', shows: 'event 1:2..3 was acknowledged at 0.150 s' },
  { check: 'no-lost-acked', name: 'acknowledged before the kill was over', evidence: { events: ledger(3, [1], (made) => { made.acks.note([message(1), message(2)], 150); made.acks.note([message(3)], 180); }), promises: promising('none'), faults: [fault('kill', 'bus.server', 100, 200)] }, verdict: 'UNSUPPORTED', shows: 'event 1:2..3 was acknowledged at 0.150 s' },
  { check: 'no-lost-acked', name: 'lost to who was not back yet, on a bus that keeps nothing', evidence: { events: ledger(2, [1], (made) => made.acks.note([message(1), message(2)], 350)), promises: keepingNothing, faults: [fault('partition', 'bus.link', 100, 200)] }, verdict: 'UNSUPPORTED' },
  { check: 'no-lost-acked', name: 'lost to who has to be back by now, on a bus that keeps nothing', evidence: { events: ledger(2, [1], (made) => made.acks.note([message(1), message(2)], 1350)), promises: keepingNothing, faults: [fault('partition', 'bus.link', 100, 200)] }, verdict: 'FAIL' },
  { check: 'no-stranded', name: 'spawned and gone after the kill was over, whatever is promised in one', evidence: { spawned: new Set(['a']), control: [{ atMs: 300, id: 'a', operation: 'acknowledged', outcome: 'done' }], promises: promising('none'), faults: [fault('kill', 'storage.server', 100, 200)] }, verdict: 'FAIL', shows: 'not in storage' },
  { check: 'no-stranded', name: 'gone with a kill, as nothing else was promised', evidence: { spawned: new Set(['a']), promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'UNSUPPORTED', shows: 'not in storage' },
  { check: 'no-stranded', name: 'put back into an earlier state by a kill, as nothing else was promised', evidence: { spawned: new Set(['a']), control: control(...born), agents: [agent('a', 'spawning', 1)], promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'UNSUPPORTED', shows: 'left spawning' },
  { check: 'no-stranded', name: 'left between two states is no loss, whatever was killed', evidence: { spawned: new Set(['a']), control: control('a insert 1 spawning'), agents: [agent('a', 'spawning', 1)], promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'FAIL', shows: 'left spawning' },
  { check: 'legal-transitions', name: 'ended once more', evidence: { control: control(...born, 'a update 3 completed', 'a update 4 completed') }, verdict: 'FAIL', shows: 'from completed to completed' },
  { check: 'legal-transitions', name: 'forgotten in a kill, as nothing else was promised', evidence: { control: control(...born, 'a update 3 paused'), agents: [agent('a', 'running')], promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'UNSUPPORTED', shows: 'last change stored was paused' },
  { check: 'legal-transitions', name: 'illegal is illegal, whatever was killed', evidence: { control: control(...born, 'a update 3 completed', 'a update 4 running'), promises: promising('none'), faults: [fault('kill', 'storage.server')] }, verdict: 'FAIL', shows: 'from completed to running' },
  { check: 'unique-spawn', name: 'a start lost in a kill, as nothing else was promised', evidence: { spawned: new Set(['a']), witnessed: true, promises: promising('none'), faults: [fault('kill', 'bus.server')] }, verdict: 'UNSUPPORTED', shows: 'never seen' },
  { check: 'chain-complete', name: 'a link lost in a kill, as nothing else was promised', evidence: { chains: { wanted: 2, done: 1, links: 15 }, promises: promising('none'), faults: [fault('kill', 'bus.server')] }, verdict: 'UNSUPPORTED' },
];

for (const { check, name, evidence, verdict, shows } of histories) {
  test(`${check}: ${name}: ${verdict}`, () => {
    const result = judge(check, evidence);
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
  const results = runChecks(['no-stranded', 'chain-complete'], trap, clock);
  assert.equal(
    results.map(({ result }) => result.verdict),
    ['INCONCLUSIVE', 'INCONCLUSIVE'],
  );
  assert.is(results[0]?.result.detail, 'the check itself failed: evidence lost');
});

test('evidence is the first ten, and the facts all that there is', () => {
  const spawned = new Set(range(1, 100).map((index) => `agent-${index}`));
  const [checked] = runChecks(['no-stranded'], { ...nothing, spawned }, clock);
  assert.equal([checked?.result.evidence.length, checked?.facts.length], [10, 100]);
  assert.match(checked?.result.detail ?? '', '100 agents');
});

test('of more facts than anybody reads the first are kept, and it is said that there are more', () => {
  const lost = ledger(
    1_000_000,
    range(1, 1000).map((at) => 1000 * at),
  );
  for (let at = 1; at < 300_000; at += 2) lost.rows[0]?.mark(0, at);
  const [checked] = runChecks(['no-lost-acked'], { ...nothing, events: lost }, clock) as [Checked];
  assert.is(checked.facts.length, 100_001);
  assert.match(checked.facts.at(-1)?.text ?? '', /^and more: only the first 100000 are listed$/);
  assert.match(checked.result.detail, '849000 of 1000000 deliveries never came');
});

test('converges: one heal is told as one', () => {
  const struck = fault('kill', 'bus.server', 500, 1000);
  const told = (text: string): string => judge('converges', course(text, struck))?.detail ?? '';
  assert.match(told('+++++ ..... -+-+- -+-+- -+-+- -+-+-'), /of 1 heal$/);
  assert.match(told('+++++ ..... -+-+-'), /after 1 heal$/);
});

test.run();
