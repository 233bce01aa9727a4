import { TestbedError } from '../../core/error.ts';
import type { Flag, Flags } from '../command.ts';
import { storeFlag } from '../commands/baseline.ts';
import { playFlags } from '../play.ts';

/** Every report has these, or nothing that ships takes them. */
const foreign = new Set(['format', 'fail-on', 'k6']);

/** Of what a run is, and not how it is printed: the report has flags of its own for that. */
const runFlags: readonly Flag[] = [
  {
    name: 'profile',
    value: 'NAME',
    allowed: ['quick', 'full'],
    what: 'quarterly --run: default quick, under half an hour; full takes four hours',
  },
  ...playFlags.filter(({ name }) => !foreign.has(name)),
].map((flag) => ({
  ...flag,
  what: flag.what.startsWith('quarterly') ? flag.what : `quarterly --run: ${flag.what}`,
}));

/** What `report quarterly` has beside the flags of every report. */
export const quarterlyFlags: readonly Flag[] = [
  {
    name: 'from',
    value: 'RESULT',
    list: true,
    what: 'quarterly: results folders, or files that --into or baseline export has written',
  },
  {
    name: 'run',
    value: null,
    what: 'quarterly: measures all that shipped scenarios can, then reports on it',
  },
  { name: 'quarter', value: 'YEAR-QN', what: 'quarterly: such as 2026-Q4; default the one that it is' },
  {
    name: 'baseline',
    value: 'NAME',
    what: 'quarterly: earlier results, saved under that name, to tell changes by; default quarterly, where there is one',
  },
  { ...storeFlag, what: `quarterly: ${storeFlag.what}` },
  {
    name: 'into',
    value: 'DIR',
    what: 'quarterly: writes Markdown with its pictures, HTML, the page for paper and the records that they are made from there, instead of printing',
  },
  ...runFlags,
];

const ofRun = new Set(runFlags.map(({ name }) => name));

/** INVALID_CONFIG for a flag that says nothing of what is asked for. */
export function refuseStrays(flags: Flags, isQuarterly: boolean): void {
  const given = quarterlyFlags.filter(({ name }) => flags.has(name));
  if (!isQuarterly) {
    const [stray] = given;
    if (stray !== undefined)
      throw wrong(`--${stray.name} is of the quarterly report: testbed report quarterly`);
    return;
  }
  if (flags.has('run') === flags.has('from'))
    throw wrong('the quarterly report is either made --from RESULT... or measured anew with --run');
  const stray = given.find(({ name }) => ofRun.has(name) && !flags.has('run'));
  if (stray !== undefined) throw wrong(`--${stray.name} is of a run: --run is missing`);
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
