import { linkFault } from './link-fault.ts';

export const limitData = linkFault({
  name: 'limit-data',
  meaning: 'Each connection is closed once so many bytes have gone through.',
  toxic: 'limit_data',
  options: {
    bytes: {
      type: 'size',
      min: 1,
      max: 1_000_000,
      default: null,
      meaning: 'what still gets through, each way',
    },
  },
  attributes: ({ bytes }) => ({ bytes: bytes as number }),
  answerBytes: ({ bytes }) => 2 * (bytes as number),
  shows: (over) => over.outcome === 'closed' || over.outcome === 'reset',
});
