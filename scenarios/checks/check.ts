import type { Agent } from '../../core/agent.ts';
import type { FaultRecord, RunRecord } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import { worst } from '../../reports/verdict.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BacklogSeen } from '../run/backlog.ts';
import type { ControlEntry } from '../run/control-log.ts';
import { type Harm, judgeHarm, type Promises } from './promise.ts';

/** What a run left behind to judge it by. Collected once; every check is a pure function of it. */
export interface Evidence {
  readonly events: Ledger;
  readonly messages: Ledger;
  /** When the cell began, in Clock milliseconds: the control log counts from here. */
  readonly cellStartMs: number;
  /** When the measured load began, in Clock milliseconds: faults, series and facts count from here. */
  readonly loadStartMs: number;
  /** What the bus promises about order. */
  readonly order: 'channel' | 'key' | 'none';
  /** What the stack promises about losing and repeating. */
  readonly promises: Promises;
  /** Every fault that was injected, confirmed in force or not. */
  readonly faults: readonly FaultRecord[];
  /** The measured time, window by window. */
  readonly series: RunRecord['series'];
  /** The scenario's rules: an average that they bound is part of what is steady. */
  readonly rules: readonly Threshold[];
  /** By when after a heal the first of how many good windows in a row must have come. */
  readonly recovery: { readonly withinMs: number; readonly windows: number };
  readonly control: readonly ControlEntry[];
  /** Every agent in storage at the end, read from storage itself. */
  readonly agents: readonly Agent[];
  /** Who could own agents at the end; null: that is not known. */
  readonly owners: ReadonlySet<string> | null;
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
  /** Null: none was asked for. */
  readonly backlog: BacklogSeen | null;
  readonly chains: { readonly wanted: number; readonly done: number; readonly links: number } | null;
}

/** One thing that is wrong: a sentence, and where there is more to it, what the sentence is made of. */
export type Fact = string | DetailedFact;

export interface DetailedFact {
  readonly text: string;
  readonly [field: string]: string | number | null;
}

export interface Judgement {
  readonly verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'UNSUPPORTED';
  readonly detail: string;
  /** All that is wrong, the plainest first; it may be more than anybody wants to read. */
  readonly facts: Iterable<Fact>;
}

/** Says when a check has thought for long enough: what it does not know by then is unknown. */
export interface Patience {
  readonly over: boolean;
}

export type Check = (evidence: Evidence, patience: Patience) => Judgement;

export function holds(detail: string): Judgement {
  return { verdict: 'PASS', detail, facts: [] };
}

export function broken(detail: string, facts: Iterable<Fact>): Judgement {
  return { verdict: 'FAIL', detail, facts };
}

export function undecided(detail: string, facts: Iterable<Fact> = []): Judgement {
  return { verdict: 'INCONCLUSIVE', detail, facts };
}

export function unsupported(detail: string): Judgement {
  return { verdict: 'UNSUPPORTED', detail, facts: [] };
}

/** A time of the control log as facts tell times: in ms from the start of the measured load. */
export function timeOf({ cellStartMs, loadStartMs }: Evidence, controlMs: number): number {
  return Math.round((controlMs + cellStartMs - loadStartMs) * 1000) / 1000;
}

/** Something was lost, or came more than once: as bad as the stack had promised that it would not be. */
export function harmed(
  harm: Harm,
  { promises, faults }: Evidence,
  detail: string,
  facts: Iterable<Fact>,
): Judgement {
  const { verdict, why } = judgeHarm(harm, promises, faults);
  return { verdict, detail: why === '' ? detail : `${detail} ${why}`, facts };
}

/**
 * The worst of what was found, and of two as bad the first; its detail says them all. Null where nothing was. What was not
 * found may be left in as false or null.
 */
export function worstOf(found: readonly (Judgement | null | false)[]): Judgement | null {
  const judgements = found.filter((judgement) => judgement !== null && judgement !== false);
  const [first] = judgements;
  if (first === undefined) return null;
  const bad = worst(judgements.map(({ verdict }) => verdict));
  const told = judgements.find(({ verdict }) => verdict === bad) ?? first;
  const others = judgements.filter((judgement) => judgement !== told).map(({ detail }) => detail);
  return { ...told, detail: [told.detail, ...others].join('; ') };
}
