import type { Clock } from '../../core/clock.ts';
import type { FaultKind, FaultOptions } from '../fault.ts';
import type { ClockTarget } from '../target.ts';

/** A fault of the orchestrator's clock: how it goes wrong, and how wrong it must be to be believed. */
export interface ClockFault extends Pick<FaultKind, 'name' | 'meaning' | 'options'> {
  /** Makes it wrong; what it returns stops making it worse. */
  disturb(clock: ClockTarget, options: FaultOptions, right: Clock): () => void;
  leastMs(options: FaultOptions): number;
  /** It tells the right time now and then as well: for so long, in ms. Absent: never. */
  rightForMs?(options: FaultOptions): number;
}

/** Two clocks that are read one after the other differ by this at the most, in ms. */
const grainMs = 1;

export function clockFault({ disturb, leastMs, rightForMs, ...described }: ClockFault): FaultKind {
  return {
    ...described,
    targets: ['clock'],
    prepare(target, options, { clock: right }) {
      if (target.kind !== 'clock') throw new TypeError(`${described.name} is for clocks`);
      const { clock } = target;
      let stop: (() => void) | null = null;
      let rightSinceMs: number | null = null;
      return {
        undo: [],
        async inject() {
          stop = disturb(clock, options, right);
        },
        async heal() {
          stop?.();
          await clock.adjust(0);
        },
        inForce: async () => (await clock.wrongByMs()) >= Math.max(grainMs, 0.9 * leastMs(options)),
        async healed() {
          if ((await clock.wrongByMs()) >= grainMs) {
            rightSinceMs = null;
            return false;
          }
          rightSinceMs ??= right.now();
          return rightForMs === undefined || right.now() - rightSinceMs > rightForMs(options);
        },
      };
    },
  };
}
