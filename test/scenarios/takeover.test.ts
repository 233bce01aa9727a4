import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultRecord } from '../../reports/record.ts';
import { takeoverMs } from '../../scenarios/measure/takeover.ts';
import type { ControlEntry } from '../../scenarios/run/control-log.ts';

/** `200 a 2 n2#5`: stored 200 ms after the cell began, of agent a version 2, owned by n2#5; with `?` nobody knows whether it was. */
function entryOf(text: string): ControlEntry {
  const [atMs = '', id = '', version = '', owner = ''] = text.replace('?', '').split(' ');
  return {
    ...{ atMs: Number(atMs), calledMs: Number(atMs), operation: 'update', id, version: Number(version) },
    ...(owner !== '' && { owner, node: owner.replace(/#.*/, '') }),
    outcome: text.includes('?') ? 'unknown' : 'done',
  };
}

/** `kill node.2 100`: injected 100 ms after the load began, which is 50 ms after the cell did. */
function faultOf(text: string): FaultRecord {
  const [fault = '', on = '', at] = text.split(' ');
  const injectedAtMs = at === undefined ? null : Number(at);
  return { fault, on, options: {}, injectedAtMs, confirmedAtMs: null, healedAtMs: null, verifiedAtMs: null };
}

// biome-ignore format: a table
const rows: readonly (readonly [name: string, faults: readonly string[], control: readonly string[], expected: number | null])[] = [
  ['nothing was taken over', ['kill node.2 100'], ['10 a 1 n2#1', '20 a 2 n2#1'], null],
  ['the last of two agents', ['kill node.2 100'], ['10 a 1 n2#1', '10 b 1 n2#1', '450 a 2 n1#2', '650 b 2 n3#3'], 500],
  ['the worst of two lives', ['kill node.2 100', 'pause node.any 1000'], ['10 a 1 n2#1', '450 a 2 n1#2', '1350 a 3 n3#3'], 300],
  ['by the next life of the same node', ['kill node.2 100'], ['10 a 1 n2#1', '250 a 2 n2#4'], 100],
  ['answers in another order than the versions', ['kill node.2 100'], ['10 a 1 n2#1', '300 a 3 n1#2', '350 a 2 n1#2'], 200],
  ['of which nobody knows', ['kill node.2 100'], ['10 a 1 n2#1', '?450 a 2 n1#2'], null],
  ['a way of a node, which loses its lease by that', ['partition node.2.storage.link 100'], ['10 a 1 n2#1', '250 a 2 n1#2'], 100],
  ['before any fault', ['kill node.2 500'], ['10 a 1 n2#1', '450 a 2 n1#2'], null],
  ['a fault that never struck', ['kill node.2'], ['10 a 1 n2#1', '450 a 2 n1#2'], null],
  ['a fault on something else', ['kill bus.server 100'], ['10 a 1 n2#1', '450 a 2 n1#2'], null],
  ['ended by another, and nobody owns it', ['kill node.2 100'], ['10 a 1 n2#1', '450 a 2'], null],
];

for (const [name, faults, control, expected] of rows) {
  test(`takeover: ${name}`, () => {
    const found = takeoverMs({
      ...{ control: control.map(entryOf), faults: faults.map(faultOf) },
      ...{ cellStartMs: 1000, loadStartMs: 1050 },
    });
    assert.is(found, expected);
  });
}

test.run();
