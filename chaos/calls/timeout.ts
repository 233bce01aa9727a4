import { TestbedError } from '../../core/error.ts';
import { callFault } from './call-fault.ts';

export const timeout = callFault({
  name: 'timeout',
  meaning:
    'Swallows a call: it is not made, and its caller hears nothing until it is told that nobody knows.',
  options: {
    after: { type: 'duration', min: 1, max: 60_000, default: 1000, meaning: 'how long the caller waits' },
  },
  effect:
    ({ after }, { clock }) =>
    async (call) => {
      await clock.sleep(after as number);
      throw new TestbedError('TIMEOUT', `${call.port}.${call.method}: no answer (injected fault)`);
    },
  shows: ({ made, told }) => made === 0 && told === 'unknown',
});
