import { TestbedError } from '../../core/error.ts';
import { callFault } from './call-fault.ts';

export const lostReply = callFault({
  name: 'lost-reply',
  meaning: 'Makes a call and loses the answer: what was asked for has happened, and its caller cannot know.',
  options: {},
  effect: () => async (call, proceed, asked) => {
    await proceed(asked);
    throw new TestbedError('TIMEOUT', `${call.port}.${call.method}: the reply was lost (injected fault)`);
  },
  shows: ({ answered, told }) => answered === 'done' && told === 'unknown',
});
