import { callFault } from './call-fault.ts';

export const drop = callFault({
  name: 'drop',
  meaning: 'Says that a publish or a delivery was done, and does nothing: what no bus may do.',
  methods: ['publish', 'deliver'],
  options: {},
  // These two resolve to nothing, so nothing is a whole answer.
  effect:
    () =>
    async <T>() =>
      undefined as T,
  shows: ({ made, told }) => made === 0 && told === 'done',
});
