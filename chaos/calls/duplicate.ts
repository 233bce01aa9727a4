import { callFault } from './call-fault.ts';

export const duplicate = callFault({
  name: 'duplicate',
  meaning: 'Makes a publish or a delivery twice, one after the other.',
  methods: ['publish', 'deliver'],
  options: {},
  effect: () => async (_call, proceed, asked) => {
    const answer = await proceed(asked);
    await proceed(asked);
    return answer;
  },
  shows: ({ made }) => made > 1,
});
