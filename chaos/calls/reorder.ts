import { callFault } from './call-fault.ts';

export const reorder = callFault({
  name: 'reorder',
  meaning: 'Lets a publish or a delivery be overtaken by the next one.',
  methods: ['publish', 'deliver'],
  options: {
    within: {
      type: 'duration',
      min: 1,
      max: 10_000,
      default: 100,
      meaning: 'it goes by then, also when no other came',
    },
  },
  effect: ({ within }, { clock }) => {
    let release: (() => void) | null = null;
    return async (_call, proceed, asked) => {
      if (release !== null) {
        const answer = await proceed(asked);
        release();
        return answer;
      }
      await new Promise<void>((resolve) => {
        const cancel = clock.after(within as number, () => release?.());
        release = () => {
          release = null;
          cancel();
          resolve();
        };
      });
      return proceed(asked);
    };
  },
  shows: ({ overtaken }) => overtaken,
});
