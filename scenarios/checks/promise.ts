import type { BusTraits } from '../../adapters/adapter.ts';
import type { FaultRecord } from '../../reports/record.ts';

/** What a stack promises of what it is given, as far as losing it and handing it over again go. */
export interface Promises {
  /** The level that the stack was opened at. */
  readonly durability: string;
  readonly bus: Pick<BusTraits, 'replay' | 'redelivers'> & Part;
  readonly storage: Part;
  /** What waits to be told of agents that are stored ends with the node. Absent: it does not. */
  readonly forgetsUntold?: boolean;
}

interface Part {
  /** It has no server: it lives, and dies, with the node. */
  readonly embedded: boolean;
}

/** What became of what was acknowledged: lost by the bus, lost by the storage, never told to the bus, or handed over more than once. */
export type Harm = 'lost by the bus' | 'lost by the storage' | 'untold' | 'repeated';

export interface HarmVerdict {
  /** FAIL: a promise was broken. UNSUPPORTED: it was never made. INCONCLUSIVE: nobody knows what this stack promises. */
  readonly verdict: 'FAIL' | 'UNSUPPORTED' | 'INCONCLUSIVE';
  /** Which fault it was, and what of it was promised; empty where no fault could have done it. */
  readonly why: string;
}

/** Whether what was acknowledged outlives the death of the process that holds it, by the durability it was opened at. */
const outlivesCrash: { readonly [durability: string]: boolean } = {
  none: false,
  'process-crash': true,
  'power-loss': true,
  'sqlite-normal': true,
  // An fsync that is slow when the kill comes takes acknowledged writes with it.
  'redis-everysec': false,
};

/** A process died, or another took its place. */
const crashes = [
  'kill',
  'terminate',
  'restart',
  'crash-loop',
  'redis-failover',
  'postgres-failover',
  'postgres-backend-kill',
] as const;
/** What was on the disk is not there any more: no level of durability is about that. */
const destructions = ['truncate', 'bit-flip'] as const;
/** A connection ended, or nothing came through it. */
const cuts = [
  'blackhole',
  'reset',
  'down',
  'half-open',
  'partition',
  'limit-data',
  'slow-close',
  'postgres-terminate',
] as const;
/** Somebody who had done a thing could not say so, and it was done again. */
const repetitions = ['duplicate', 'lost-reply', 'timeout', 'pause'] as const;

/**
 * How bad a harm is on a stack that promises this, after these faults. Only faults that were confirmed in force excuse
 * anything, and only where they struck what did the harm: without one, a loss is a loss whatever the durability.
 */
export function judgeHarm(harm: Harm, promises: Promises, faults: readonly FaultRecord[]): HarmVerdict {
  const struck = faults.filter(({ confirmedAtMs }) => confirmedAtMs !== null);
  if (harm === 'repeated') return judgeRepetition(promises, struck);
  return harm === 'untold' ? judgeUntold(promises, struck) : judgeLoss(harm, promises, struck);
}

/**
 * From when on all was healed that had struck, in ms from the start of the load: what was acknowledged after that no fault
 * can have taken. Infinite: never, or nothing struck.
 */
export function peaceFromMs(faults: readonly FaultRecord[]): number {
  const healed = faults
    .filter(({ confirmedAtMs }) => confirmedAtMs !== null)
    .map(({ verifiedAtMs }) => verifiedAtMs ?? Number.POSITIVE_INFINITY);
  return healed.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...healed);
}

function judgeLoss(
  harm: 'lost by the bus' | 'lost by the storage',
  { durability, bus, storage }: Promises,
  faults: readonly FaultRecord[],
): HarmVerdict {
  const ofBus = harm === 'lost by the bus';
  const destroyed = find(faults, destructions, ['disk']);
  if (destroyed !== null) return unpromised(destroyed, 'no durability promises what is taken from the disk');
  const died = find(faults, crashes, ofBus ? homesOf('bus', bus) : homesOf('storage', storage));
  const away = ofBus
    ? (find(faults, crashes, ['bus.server', 'node']) ?? find(faults, cuts, ['bus.link']))
    : null;
  if (away !== null && bus.replay === 'none')
    return unpromised(away, 'this bus promises nothing to a subscriber that is away');
  if (died === null) return { verdict: 'FAIL', why: '' };
  const outlives = outlivesCrash[durability];
  if (outlives === undefined)
    return {
      verdict: 'INCONCLUSIVE',
      why: `after ${nameOf(died)}; what durability ${durability} promises then is not known`,
    };
  if (!outlives) return unpromised(died, `durability ${durability} promises nothing then`);
  return {
    verdict: 'FAIL',
    why: `after ${nameOf(died)}, which durability ${durability} promises to outlive`,
  };
}

/** Nobody can tell what was never told from what the bus has lost: the latter is what it is unless the former was to be expected. */
function judgeUntold(promises: Promises, faults: readonly FaultRecord[]): HarmVerdict {
  const died = find(faults, crashes, ['node']);
  if (died === null || promises.forgetsUntold !== true) return judgeLoss('lost by the bus', promises, faults);
  return unpromised(died, 'an outbox in memory ends with its orchestrator');
}

function judgeRepetition({ bus }: Promises, faults: readonly FaultRecord[]): HarmVerdict {
  const cause =
    find(faults, [...crashes, ...repetitions], ['bus.server', 'node']) ??
    find(faults, cuts, ['bus.link', ...homesOf('bus', bus)]) ??
    find(faults, repetitions, ['bus.']);
  if (cause === null || !bus.redelivers) return { verdict: 'FAIL', why: '' };
  return unpromised(cause, 'this bus promises at least once');
}

/** The processes that a part dies with. */
function homesOf(part: 'bus' | 'storage', { embedded }: Part): readonly string[] {
  return embedded ? ['node'] : [`${part}.server`];
}

/** The first of the faults that is of one of these kinds, on one of these targets or, where one ends in a dot, under it. */
function find(
  faults: readonly FaultRecord[],
  kinds: readonly string[],
  targets: readonly string[],
): FaultRecord | null {
  const found = faults.find(({ fault, on }) => {
    // One of several nodes is a node, and its way one of the ways.
    const struck = on.replace(/^node\.\w+\.(?=\w+\.link)/, '').replace(/^node\..*/, 'node');
    return (
      kinds.includes(fault) &&
      targets.some((target) => struck === target || (target.endsWith('.') && struck.startsWith(target)))
    );
  });
  return found ?? null;
}

function nameOf({ fault, on }: FaultRecord): string {
  return `${fault} on ${on}`;
}

function unpromised(fault: FaultRecord, why: string): HarmVerdict {
  return { verdict: 'UNSUPPORTED', why: `after ${nameOf(fault)}; ${why}` };
}
