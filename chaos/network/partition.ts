import { linkFault } from './link-fault.ts';

export const partition = linkFault({
  name: 'partition',
  meaning:
    'Nothing gets through, one way or both, and connections stay; healed, those that lost nothing go on.',
  toxic: 'partition',
  options: {},
  shows: ({ outcome }) => outcome === 'silent',
});
