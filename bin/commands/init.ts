import { didYouMean } from '../../config/did-you-mean.ts';
import { TestbedError } from '../../core/error.ts';
import type { Command } from '../command.ts';
import { initAdapter } from '../init/adapter.ts';
import { initCi } from '../init/ci.ts';

/** What can be begun: the words after its own, and what writes it and says what to do next. */
const kinds: { readonly [kind: string]: { words: string[]; write(where: string, name: string): string } } = {
  adapter: { words: ['NAME'], write: initAdapter },
  ci: { words: [], write: initCi },
};

export const init: Command = {
  name: 'init',
  usage: 'adapter NAME | ci',
  what: 'Writes something to start from: a working adapter (a bus and a storage in memory, their test, and what to do next) into a new folder, or what a build server runs into a project. Overwrites nothing.',
  positional: { least: 1, most: 2 },
  flags: [
    { name: 'output', value: 'DIR', what: 'where the folder NAME is made, or the project; default here' },
  ],
  examples: [
    ['testbed init adapter my-bus', 'the folder my-bus here, which is a stack at once: --stacks ./my-bus'],
    ['testbed init adapter my-bus --output adapters', 'in another folder, made where it is missing'],
    ['testbed init ci', 'a workflow of GitHub Actions, and a shell script that runs anywhere'],
  ],
  async run(flags) {
    const [kind = '', ...words] = flags.positional;
    const known = Object.keys(kinds);
    const begun = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (begun === undefined) {
      throw wrong(`unknown kind "${kind}"${didYouMean(kind, known)} (allowed: ${known.join(', ')})`);
    }
    if (words.length !== begun.words.length) {
      throw wrong(`it is: testbed init ${[kind, ...begun.words].join(' ')}`);
    }
    process.stdout.write(begun.write(flags.text('output') ?? '.', words[0] ?? ''));
    return 0;
  },
};

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
