import { callFault } from './call-fault.ts';

export const delay = callFault({
  name: 'delay',
  meaning: 'Holds a call back before it is made; those behind it wait, so that their order is kept.',
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
  effect({ delay: ms, jitter }, { clock, random }, lifted) {
    let turn: Promise<unknown> = Promise.resolve();
    return {
      async hit(_call, proceed, asked) {
        const forMs = (ms as number) + random.next() * (jitter as number);
        // Ended early by the heal, which is what was waited for as well.
        const held = clock.sleep(forMs, lifted).catch(() => undefined);
        turn = turn.then(() => held);
        await turn;
        return proceed(asked);
      },
      async miss(_call, proceed, asked) {
        await turn;
        return proceed(asked);
      },
    };
  },
  // Timers may fire a little early by their own clock.
  shows: ({ heldMs }, { delay: ms }) => heldMs > 0 && heldMs >= 0.9 * (ms as number),
});
