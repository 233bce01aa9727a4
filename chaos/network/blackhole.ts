import { linkFault } from './link-fault.ts';

export const blackhole = linkFault({
  name: 'blackhole',
  meaning:
    'Nothing gets through and nobody is told; healed, its connections are closed, since bytes are missing.',
  toxic: 'timeout',
  options: {},
  shows: ({ outcome }) => outcome === 'silent',
});
