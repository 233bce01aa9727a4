import { linkFault } from './link-fault.ts';

export const slowClose = linkFault({
  name: 'slow-close',
  meaning: 'The end of a connection arrives later than all that was sent: who waits for it holds on to it.',
  toxic: 'slow_close',
  timed: true,
  options: {
    delay: { type: 'duration', min: 1, max: 60_000, default: null, meaning: 'how much later, each way' },
  },
  attributes: ({ delay }) => ({ delay: delay as number }),
  untilEnded: true,
  shows: (over, direct, { delay }, directions) => over.ms - direct.ms >= 0.8 * directions * (delay as number),
});
