import { clockFault } from './clock-fault.ts';

/** How wrong it must have become to be told from two readings of the same clock. */
const shownMs = 10;

export const clockSkew = clockFault({
  name: 'clock-skew',
  meaning: 'The clock of the orchestrator goes too fast or too slowly; healed, it is right again.',
  options: {
    rate: {
      type: 'number',
      min: 0.1,
      max: 10,
      default: null,
      meaning: 'how many times as fast as it should',
    },
  },
  disturb(clock, { rate }) {
    void clock.adjust(0, rate as number);
    return () => undefined;
  },
  leastMs: () => shownMs,
});
