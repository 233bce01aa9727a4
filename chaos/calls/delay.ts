import { callFault } from './call-fault.ts';

export const delay = callFault({
  name: 'delay',
  meaning: 'Holds a call back before it is made.',
  options: {
    delay: { type: 'duration', min: 0, max: 60_000, default: null, meaning: 'how long' },
    jitter: {
      type: 'duration',
      min: 0,
      max: 60_000,
      default: 0,
      meaning: 'up to this much more, drawn for each call',
    },
  },
  effect:
    ({ delay: ms, jitter }, { clock, random }) =>
    async (_call, proceed, asked) => {
      await clock.sleep((ms as number) + random.next() * (jitter as number));
      return proceed(asked);
    },
  // Timers may fire a little early by their own clock.
  shows: ({ heldMs }, { delay: ms }) => heldMs > 0 && heldMs >= 0.9 * (ms as number),
});
