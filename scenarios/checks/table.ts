import type { CheckName } from '../scenario.ts';
import { backlogDrained } from './backlog-drained.ts';
import { chainComplete } from './chain-complete.ts';
import type { Check } from './check.ts';
import { converges } from './converges.ts';
import { noLostAcked, noPhantom, orderPerKey } from './delivery.ts';
import { atLeastOnce, exactlyOnceEffect } from './effects.ts';
import { indexesAgree } from './indexes-agree.ts';
import { legalTransitions } from './legal-transitions.ts';
import { linearizable } from './linearizable.ts';
import { noStranded } from './no-stranded.ts';
import { offsetsAgree } from './offsets-agree.ts';
import { uniqueSpawn } from './unique-spawn.ts';

/** Every check, with what it says in a sentence. */
export const checkTable: {
  readonly [name in CheckName]: { readonly what: string; readonly check: Check };
} = {
  'no-lost-acked': {
    what: 'every acknowledged event and message reaches everyone entitled to it',
    check: noLostAcked,
  },
  'no-phantom': { what: 'nothing is delivered that was never sent, or was sent otherwise', check: noPhantom },
  'at-least-once': {
    what: 'what is acknowledged takes effect at everyone entitled to it, once or more: how often again is told',
    check: atLeastOnce,
  },
  'exactly-once-effect': {
    what: 'what is acknowledged takes effect at everyone entitled to it, and nothing takes effect twice',
    check: exactlyOnceEffect,
  },
  'order-per-key': { what: 'per agent and per topic, deliveries come in publish order', check: orderPerKey },
  'offsets-agree': {
    what: 'no subscriber passes over what was acknowledged, or is taken back to what it had before',
    check: offsetsAgree,
  },
  'legal-transitions': {
    what: 'every stored change is in the state table; terminal is terminal',
    check: legalTransitions,
  },
  'no-stranded': { what: 'every spawned agent has ended or is alive and owned', check: noStranded },
  'unique-spawn': {
    what: 'one agent id, one spawn, one start announced, one owner at a time',
    check: uniqueSpawn,
  },
  'indexes-agree': {
    what: 'look-ups by status, swarm, parent and owner equal a full scan',
    check: indexesAgree,
  },
  linearizable: {
    what: 'changes of an agent were answered as if made one after another, each between its call and its answer',
    check: linearizable,
  },
  converges: {
    what: 'after every heal the system is back in its steady state by the deadline',
    check: converges,
  },
  'chain-complete': { what: 'every event chain reaches its last link', check: chainComplete },
  'backlog-drained': {
    what: 'subscribers that were let go with a backlog have caught up with it by the deadline',
    check: backlogDrained,
  },
};
