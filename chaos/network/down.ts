import { linkFault } from './link-fault.ts';

export const down = linkFault({
  name: 'down',
  meaning: 'Connections are closed and new ones refused, as when nothing listens.',
  toxic: 'down',
  options: {},
  shows: ({ outcome }) => outcome === 'refused',
});
