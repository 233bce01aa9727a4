import { linkFault } from './link-fault.ts';

export const halfOpen = linkFault({
  name: 'half-open',
  meaning: 'The server goes away without a word: clients keep connections that nobody answers.',
  toxic: 'half_open',
  options: {},
  shows: ({ outcome }) => outcome === 'silent',
});
