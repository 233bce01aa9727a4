import type { Random } from '../core/random.ts';
import type { FaultOptions } from './fault.ts';
import { findFault } from './table.ts';
import { parseTarget } from './target-name.ts';
import { endOf, type FaultOrder, findConflict } from './timeline.ts';

interface Between {
  readonly min: number;
  readonly max: number;
}

/** Faults that are left to chance: what may happen to whom, how often and for how long. */
export interface NemesisPlan {
  /** Nothing before this, from the start of the load. */
  readonly afterMs: number;
  /** From the beginning of one fault to that of the next. */
  readonly everyMs: Between;
  readonly forMs: Between;
  readonly from: readonly { readonly fault: string; readonly options: FaultOptions }[];
  readonly on: readonly string[];
  /** So many at one time. */
  readonly atMost: number;
}

/** Left free at the end of the load, in ms, so that a recovery can be seen. */
export const quietEndMs = 2500;

/** Whether a fault can be done to a target of that name. */
export function goesOn(fault: string, on: string): boolean {
  const kind = findFault(fault);
  const target = parseTarget(on);
  if (!kind?.targets.includes(target.kind)) return false;
  if (target.kind !== 'calls' || kind.methods === undefined) return true;
  return target.port === 'bus' && (target.method === null || kind.methods.includes(target.method));
}

/** The timeline that chance draws for one cell: the same from the same seed. None of the faults is in another's way. */
export function drawFaults(
  plan: NemesisPlan,
  measuredMs: number,
  sameServer: boolean,
  random: Random,
): readonly FaultOrder[] {
  const drawn: FaultOrder[] = [];
  const pairs = plan.from.flatMap((each) =>
    plan.on.filter((on) => goesOn(each.fault, on)).map((on) => ({ ...each, on })),
  );
  let atMs = plan.afterMs;
  for (;;) {
    atMs += between(plan.everyMs, random);
    const { fault, on, options } = random.pick(pairs);
    const forMs = between(plan.forMs, random);
    if (atMs + forMs > measuredMs - quietEndMs) return drawn;
    const lasts = findFault(fault)?.momentary === true ? null : forMs;
    const order: FaultOrder = { atMs, forMs: lasts, fault, on, direction: 'both', options };
    const others = drawn.filter((other) => endOf(other) > atMs);
    // What would be in the way of another is left out; the draws go on as they would have, so that a plan stays the same.
    if (others.length < plan.atMost && findConflict([...others, order], sameServer) === null)
      drawn.push(order);
  }
}

function between({ min, max }: Between, random: Random): number {
  return Math.round(min + random.next() * (max - min));
}
