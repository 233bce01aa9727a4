import { clockFault } from './clock-fault.ts';

export const clockJump = clockFault({
  name: 'clock-jump',
  meaning: 'The clock of the orchestrator jumps, and jumps back when it is healed.',
  options: {
    by: { type: 'duration', min: 1, max: 86_400_000, default: null, meaning: 'how far' },
    towards: { type: 'choice', values: ['ahead', 'back'], default: 'ahead', meaning: 'which way' },
  },
  disturb(clock, { by, towards }) {
    void clock.adjust(towards === 'ahead' ? (by as number) : -(by as number));
    return () => undefined;
  },
  leastMs: ({ by }) => by as number,
});
