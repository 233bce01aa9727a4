import type { Agent } from '../../core/agent.ts';
import type { CheckResult } from '../../reports/record.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ControlEntry } from '../run/control-log.ts';

/** What a run left behind to judge it by. Collected once; every check is a pure function of it. */
export interface Evidence {
  readonly events: Ledger;
  readonly messages: Ledger;
  /** What the bus promises about order. */
  readonly order: 'channel' | 'key' | 'none';
  readonly control: readonly ControlEntry[];
  /** Every agent in storage at the end, read from storage itself. */
  readonly agents: readonly Agent[];
  /** Agent ids whose spawn was acknowledged. */
  readonly spawned: ReadonlySet<string>;
  /** Distinct `agent_start` events seen per agent, at one subscriber, by their sequence numbers. */
  readonly starts: ReadonlyMap<string, ReadonlySet<number>>;
  /** That subscriber was there before the first agent, and no queue has dropped anything: it has to have seen each start. */
  readonly witnessed: boolean;
  /** Where a look-up by index and a full scan said different things. */
  readonly indexDifferences: readonly string[];
  /** How many look-ups were held against the scan. */
  readonly indexLookups: number;
  /** Deliveries were still coming when the drain deadline passed: what is missing may be late, not lost. */
  readonly stillArriving: boolean;
  readonly chains: { readonly wanted: number; readonly done: number; readonly links: number } | null;
}

export type Judgement = Omit<CheckResult, 'check'>;
export type Check = (evidence: Evidence) => Judgement;

export function holds(detail: string): Judgement {
  return { verdict: 'PASS', detail, evidence: [] };
}

export function broken(detail: string, evidence: readonly string[]): Judgement {
  return { verdict: 'FAIL', detail, evidence: evidence.slice(0, 10) };
}

export function undecided(detail: string): Judgement {
  return { verdict: 'INCONCLUSIVE', detail, evidence: [] };
}
