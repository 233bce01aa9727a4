import { linkFault } from './link-fault.ts';

export const latency = linkFault({
  name: 'latency',
  meaning: 'Everything arrives later, and in order.',
  toxic: 'latency',
  timed: true,
  options: {
    delay: { type: 'duration', min: 1, max: 60_000, default: null, meaning: 'how much later, each way' },
    jitter: { type: 'duration', min: 0, max: 60_000, default: 0, meaning: 'give or take up to this much' },
  },
  attributes: ({ delay, jitter }) => ({ latency: delay as number, jitter: jitter as number }),
  shows: (over, direct, { delay, jitter }, directions) => {
    const least = directions * Math.max(0, (delay as number) - (jitter as number));
    return over.ms - direct.ms >= 0.8 * Math.max(least, (directions * (delay as number)) / 4);
  },
});
