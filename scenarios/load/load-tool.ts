import type { Ledger } from '../ledger/ledger.ts';
import type { Tally } from '../measure/tally.ts';
import type { Phase, Workload } from '../scenario.ts';

/** What another program needs to know to play its part of some phases. */
export interface ToolOrder {
  readonly phases: readonly Phase[];
  /** Agents that live as long as the load: what it does falls to them. */
  readonly agents: readonly string[];
  readonly payloads: readonly string[];
  readonly ledger: Ledger;
  /** The ledger's producers from here on are its own; each counts for itself what it sends. */
  readonly firstProducer: number;
}

/**
 * Another program that plays a part of the load in our place, in a process of its own. What it has sent is known when it
 * has told of it, after its end; what arrives before that says by itself that it was sent.
 */
export interface LoadTool {
  /** How many producers of events it has at the most. */
  readonly producers: number;
  /** The workload without what the program does: what is left for us. */
  rest(workload: Workload): Workload;
  /** Resolves when it is there and waits for its sign. UNAVAILABLE when it does not come that far. */
  ready(order: ToolOrder): Promise<void>;
  /** Its schedule begins now. */
  begin(): void;
  /** Waits for its end, which comes at once on an abort, and counts what it has done in `tally` and in the ledger. */
  end(tally: Tally, signal: AbortSignal): Promise<void>;
  /** Its model of load, as records call it, and what else there is to say of it. */
  readonly model: string;
  readonly facts: { readonly [name: string]: string | number };
  /** Nothing of it is left over. */
  close(): void;
}
