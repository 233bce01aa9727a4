import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Target } from './target.ts';
import type { TargetKind } from './target-name.ts';
import type { UndoStep } from './undo-step.ts';

/** A value by which a fault is told apart from others of its kind. Durations are given in ms, sizes in bytes. */
export type FaultOption = { readonly meaning: string } & (
  | {
      readonly type: 'duration' | 'size' | 'integer' | 'number';
      readonly min: number;
      readonly max: number;
      readonly default: number | null;
    }
  /** A chance from 0 to 1. */
  | { readonly type: 'share'; readonly default: number }
  | { readonly type: 'choice'; readonly values: readonly string[]; readonly default: string | null }
);

/** Options as resolved: every one of the kind's is there. */
export type FaultOptions = { readonly [name: string]: number | string };

/** What goes wrong: one row of the fault table, and all that the loader, the lists and the player need to know of it. */
export interface FaultKind {
  readonly name: string;
  /** One sentence: what happens to whom. */
  readonly meaning: string;
  readonly targets: readonly TargetKind[];
  /** Done by this server's own commands: on no other. Absent: whatever the server is. */
  readonly technology?: string;
  /** Methods of a port that it makes sense on. Absent: all. */
  readonly methods?: readonly string[];
  /** It is over as soon as it has happened, as a deadlock is; it takes no `for`. Absent: it lasts until it is healed. */
  readonly momentary?: boolean;
  /** It leads the clients of its server to another one: they all come through a link. Absent: they stay. */
  readonly leadsClients?: boolean;
  /** A default of null must be given by the scenario. */
  readonly options: { readonly [name: string]: FaultOption };
  /** Why it cannot be done to this target, on this machine, with these rights; null: it can. Changes nothing. */
  unsupported?(target: Target, options: FaultOptions): string | null | Promise<string | null>;
  /** Makes it ready. Nothing is touched before `inject`. */
  prepare(target: Target, options: FaultOptions, tools: FaultTools): Injection | Promise<Injection>;
}

export interface FaultTools {
  readonly clock: Clock;
  /** A stream of this fault's own, so that the same seed plays the same fault. */
  readonly random: Random;
}

/**
 * One fault, ready to happen. `inForce` and `healed` ask the world, never the injector's own memory: /proc, a second
 * connection, a call that is watched from outside. A fault that was never seen in force makes its run INCONCLUSIVE; one
 * that is not seen healed makes it FAIL.
 */
export interface Injection {
  /** How somebody else takes it back when we cannot: on disk before `inject`. Empty: it ends with our process. */
  readonly undo: readonly UndoStep[];
  inject(): Promise<void>;
  /** Idempotent, and allowed before `inject`. */
  heal(): Promise<void>;
  inForce(): boolean | Promise<boolean>;
  healed(): boolean | Promise<boolean>;
}
