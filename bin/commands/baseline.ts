import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { didYouMean } from '../../config/did-you-mean.ts';
import { systemClock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { FormatName } from '../../reports/formats/table-of-formats.ts';
import { readResult } from '../../reports/read-result.ts';
import type { Command, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { type BaselineFacts, baselineOf, checkName } from '../history/baseline.ts';
import { readExchange, writeExchange } from '../history/exchange.ts';
import { factsText, listText } from '../history/list-text.ts';
import { defaultStore, withHistory } from '../history/store.ts';
import { formatFlag, printResult } from '../print-result.ts';

/** What can be done with baselines: how many words each takes after its own, and how it is done. */
const actions = {
  save: { words: [2, 2], act: save },
  list: { words: [0, 0], act: list },
  show: { words: [1, 1], act: show },
  export: { words: [2, 2], act: exportTo },
  import: { words: [1, 1], act: importFrom },
  prune: { words: [0, 1], act: prune },
} as const satisfies { readonly [name: string]: Action };

interface Action {
  readonly words: readonly [least: number, most: number];
  act(flags: Flags, words: readonly string[], store: string): Promise<void>;
}

/** A flag here, and of these actions alone. */
const flagOf: { readonly [flag: string]: readonly string[] } = {
  append: ['save', 'import'],
  keep: ['prune'],
  json: ['list'],
  format: ['show'],
};

export const storeFlag = {
  name: 'store',
  value: 'FILE',
  what: `where baselines are kept; default ${defaultStore}`,
} as const;

export const baseline: Command = {
  name: 'baseline',
  usage: 'save NAME RESULT | list | show NAME | export NAME FILE | import FILE | prune [NAME]',
  what: 'Keeps results in a history, one SQLite file, as the reference of later ones: with commit, branch, machine and configuration.',
  positional: { least: 1, most: 3 },
  flags: [
    storeFlag,
    {
      name: 'append',
      value: null,
      what: 'save, import: after what is there under that name; without it that is refused',
    },
    {
      name: 'keep',
      value: 'N',
      what: 'prune: how many of each name stay, the newest; default 10, 0 removes the name',
    },
    { name: 'json', value: null, what: 'list: as JSON' },
    { ...formatFlag, what: 'show: what is printed of the result that was saved last; default table' },
  ],
  examples: [
    [
      'testbed baseline save main results/2026-11-24T09-12-07-seed',
      'that result is the reference called main',
    ],
    ['testbed baseline list', 'what there is'],
  ],
  async run(flags) {
    const [name = '', ...words] = flags.positional;
    const action: Action | undefined = Object.hasOwn(actions, name)
      ? actions[name as keyof typeof actions]
      : undefined;
    if (action === undefined) {
      const known = Object.keys(actions);
      throw wrong(`unknown action "${name}"${didYouMean(name, known)} (allowed: ${known.join(', ')})`);
    }
    const [least, most] = action.words;
    if (words.length < least || words.length > most) {
      const usage = baseline.usage.split(' | ').find((each) => each.startsWith(name));
      throw wrong(`it is: testbed baseline ${usage}`);
    }
    const stray = Object.entries(flagOf).find(([flag, of]) => flags.has(flag) && !of.includes(name));
    if (stray !== undefined) throw wrong(`--${stray[0]} is of baseline ${stray[1].join(' and ')} only`);
    await action.act(flags, words, flags.text('store') ?? defaultStore);
    return 0;
  },
};

async function save(flags: Flags, [name = '', folder = '']: readonly string[], store: string): Promise<void> {
  checkName(name);
  const result = await readResult(folder);
  const savedAt = new Date(systemClock.now()).toISOString();
  const saved = baselineOf(result, { name, savedAt, branch: readBranch() });
  await withHistory(store, { create: true }, (history) =>
    history.save([saved], { append: flags.has('append') }),
  );
  say(`saved as ${name} in ${store}: ${factsText(saved)}; verdict ${result.index.verdict}`);
}

async function list(flags: Flags, _: readonly string[], store: string): Promise<void> {
  // A store that is not there yet holds nothing; a question does not make it.
  const found: readonly BaselineFacts[] = existsSync(store)
    ? await withHistory(store, { create: false }, (history) => history.facts())
    : [];
  if (flags.has('json')) say(JSON.stringify(found, null, 2));
  else say(found.length === 0 ? `no baselines in ${store}` : listText(found));
}

async function show(flags: Flags, [name = '']: readonly string[], store: string): Promise<void> {
  const { earlier, latest } = await withHistory(store, { create: false }, async (history) => ({
    latest: await history.latest(name),
    earlier: history.facts(name).slice(0, -1),
  }));
  const formats = flags.list('format') as FormatName[];
  if (formats.length === 0) {
    say(`${name}: ${factsText(latest)}`);
    for (const facts of earlier.toReversed()) say(`  before: ${factsText(facts)}`);
  }
  printResult(latest.result, formats, {});
}

async function exportTo(_: Flags, [name = '', file = '']: readonly string[], store: string): Promise<void> {
  const all = await withHistory(store, { create: false }, (history) => history.all(name));
  await writeExchange(file, all);
  say(`${file}: ${all.length === 1 ? '1 result' : `${all.length} results`} of ${name}`);
}

async function importFrom(flags: Flags, [file = '']: readonly string[], store: string): Promise<void> {
  const found = await readExchange(file);
  await withHistory(store, { create: true }, (history) =>
    history.save(found, { append: flags.has('append') }),
  );
  for (const each of found) say(`imported as ${each.name} into ${store}: ${factsText(each)}`);
}

async function prune(flags: Flags, [name]: readonly string[], store: string): Promise<void> {
  const keep = wholeNumber(flags, 'keep', 0, 1_000_000, 10);
  const gone = await withHistory(store, { create: false }, (history) => history.prune(keep, name));
  if (gone.length === 0) say(`nothing to remove: no name has more than ${keep}`);
  for (const facts of gone) say(`removed ${facts.name}: ${factsText(facts)}`);
}

function readBranch(): string | null {
  try {
    const asked = ['--no-optional-locks', 'symbolic-ref', '--short', '--quiet', 'HEAD'];
    return execFileSync('git', asked, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2000,
    }).trim();
  } catch {
    // No git, no repository, or no branch checked out: it is simply not known.
    return null;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
