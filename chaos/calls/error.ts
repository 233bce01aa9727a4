import { TestbedError } from '../../core/error.ts';
import { callFault } from './call-fault.ts';

export const error = callFault({
  name: 'error',
  meaning: 'Refuses a call: it is not made, and its caller is told so.',
  options: {},
  effect: () => async (call) => {
    throw new TestbedError('UNAVAILABLE', `${call.port}.${call.method}: refused by an injected fault`);
  },
  shows: ({ made, told }) => made === 0 && told === 'failed',
});
