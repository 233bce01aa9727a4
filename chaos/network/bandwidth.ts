import { linkFault } from './link-fault.ts';

/** As many bytes as take this long, in ms, at the rate: more than a scheduler's whim. */
const shownMs = 100;

export const bandwidth = linkFault({
  name: 'bandwidth',
  meaning: 'No more than so many bytes get through in a second.',
  toxic: 'bandwidth',
  timed: true,
  options: {
    rate: { type: 'size', min: 1000, max: 100_000_000, default: null, meaning: 'bytes a second, each way' },
  },
  attributes: ({ rate }) => ({ rate: Math.max(1, Math.round((rate as number) / 1000)) }),
  answerBytes: ({ rate }) => Math.ceil(((rate as number) * shownMs) / 1000),
  shows: (over, direct) => over.ms - direct.ms >= shownMs / 2,
});
