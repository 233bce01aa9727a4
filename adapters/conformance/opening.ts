import type { Traits } from '../adapter.ts';
import { expectRejection } from './expect.ts';
import type { ConformanceTest } from './suite.ts';

/** What holds for opening and closing any port. `methods` calls each of its methods once. */
export function lifecycleTests<Port, T extends Traits>(
  methods: (port: Port) => readonly (readonly [name: string, call: () => Promise<unknown>])[],
): readonly ConformanceTest<Port, T>[] {
  return [
    {
      name: 'close: afterwards every method rejects with CLOSED',
      meaning: 'Use after close hangs, crashes, or seems to work.',
      async run({ open }) {
        const { port, close } = await open();
        await close();
        for (const [name, call] of methods(port))
          await expectRejection(`${name} after close`, 'CLOSED', call);
      },
    },
    {
      name: 'close: may be called again, and at the same time',
      meaning: 'Clean-up code that runs twice fails or hangs.',
      async run({ open, within }) {
        const { close } = await open();
        await within('two closes at once', Promise.all([close(), close()]));
        await within('another close', close());
      },
    },
    {
      name: 'open: an unknown option is refused, by name',
      meaning: 'A misspelt option is ignored, and the run is not what its file says.',
      async run({ open, place }) {
        const options = { optionThatNobodyHas: 1 };
        await expectRejection('open', 'INVALID_CONFIG', () => open({ ...place(), options }));
      },
    },
    {
      name: 'open: a durability that the traits do not list is refused',
      meaning: 'A run claims a durability that the store never had.',
      async run({ open, place }) {
        await expectRejection('open', 'UNSUPPORTED', () => open(place('beyond-belief')));
      },
    },
  ];
}
