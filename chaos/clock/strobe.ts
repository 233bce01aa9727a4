import { clockFault } from './clock-fault.ts';

export const clockStrobe = clockFault({
  name: 'clock-strobe',
  meaning: 'The clock of the orchestrator jumps ahead and back, again and again.',
  options: {
    by: { type: 'duration', min: 1, max: 86_400_000, default: null, meaning: 'how far' },
    every: { type: 'duration', min: 1, max: 60_000, default: 50, meaning: 'from one jump to the next' },
  },
  disturb(clock, { by, every }, right) {
    let isAhead = false;
    let cancel = (): void => undefined;
    const strobe = (): void => {
      isAhead = !isAhead;
      void clock.adjust(isAhead ? (by as number) : 0);
      cancel = right.after(every as number, strobe);
    };
    strobe();
    return () => cancel();
  },
  leastMs: ({ by }) => by as number,
  rightForMs: ({ every }) => every as number,
});
