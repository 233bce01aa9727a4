import { linkFault } from './link-fault.ts';

export const reset = linkFault({
  name: 'reset',
  meaning: 'Connections are reset (RST), idle ones as well, and new ones at once.',
  toxic: 'reset_peer',
  options: {},
  shows: ({ outcome }) => outcome === 'reset',
});
