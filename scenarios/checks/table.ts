import { messageOf } from '../../core/error.ts';
import type { CheckResult } from '../../reports/record.ts';
import type { CheckName } from '../scenario.ts';
import { chainComplete } from './chain-complete.ts';
import { type Check, type Evidence, undecided } from './check.ts';
import { noLostAcked, noPhantom, orderPerKey } from './delivery.ts';
import { indexesAgree } from './indexes-agree.ts';
import { legalTransitions } from './legal-transitions.ts';
import { noStranded } from './no-stranded.ts';
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
  'order-per-key': { what: 'per agent and per topic, deliveries come in publish order', check: orderPerKey },
  'legal-transitions': {
    what: 'every stored change is in the state table; terminal is terminal',
    check: legalTransitions,
  },
  'no-stranded': { what: 'every spawned agent has ended or is alive and owned', check: noStranded },
  'unique-spawn': { what: 'one agent id, one spawn, one start announced', check: uniqueSpawn },
  'indexes-agree': {
    what: 'look-ups by status, swarm, parent and owner equal a full scan',
    check: indexesAgree,
  },
  'chain-complete': { what: 'every event chain reaches its last link', check: chainComplete },
};

/** Runs the named checks. One that throws could not decide: that is never a pass. */
export function runChecks(names: readonly CheckName[], evidence: Evidence): readonly CheckResult[] {
  return names.map((name) => {
    try {
      return { check: name, ...checkTable[name].check(evidence) };
    } catch (error) {
      return { check: name, ...undecided(`the check itself failed: ${messageOf(error)}`) };
    }
  });
}
