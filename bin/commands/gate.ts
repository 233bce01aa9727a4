import { isTestbedError, TestbedError } from '../../core/error.ts';
import { readResult } from '../../reports/read-result.ts';
import type { ResultSet } from '../../reports/result-set.ts';
import { exitCodeOf, type FailOn } from '../../reports/verdict.ts';
import { checkAdapterOptions } from '../check-options.ts';
import type { Command, Flag, Flags } from '../command.ts';
import { wholeNumber } from '../flags.ts';
import { type Answer, judgeBaseline, judgeResults } from '../gate/judge-results.ts';
import { alpha, looksFlag, looksOf } from '../gate/looks.ts';
import { rulesText } from '../gate/plan-text.ts';
import { drawSides, sidesOf } from '../gate/play-sides.ts';
import { answerFormats, printAnswer } from '../gate/print-answer.ts';
import { ruleFlags, rulesOf, scenariosIn } from '../gate/rules.ts';
import { type PlayedSide, type Side, sideOf } from '../gate/side.ts';
import { roundsDrawn, untilSettled } from '../gate/until-settled.ts';
import { withCommits } from '../gate/with-commits.ts';
import { defaultStore } from '../history/store.ts';
import { type Inspected, inspectStacks } from '../modules/inspected.ts';
import { play, playFlags } from '../play.ts';
import { resumedFlags, wordsOf } from '../resume/resumed-flags.ts';
import { refuseSearches } from '../search/refuse.ts';
import { type Selected, selectionFlags, selectScenarios } from '../select.ts';
import { storeFlag } from './baseline.ts';

const resultFlags: readonly Flag[] = [
  { name: 'baseline', value: 'NAME', what: 'judges RESULT... against what testbed baseline save has kept' },
  storeFlag,
  {
    name: 'force',
    value: null,
    what: 'results: also of another machine or configuration; the answer says so',
  },
  { name: 'json', value: null, what: 'results: as JSON' },
];

export const gate: Command = {
  name: 'gate',
  usage: '--base SIDE --head SIDE [FILE...] | --baseline NAME RESULT...',
  what: 'Says whether head is slower than base, played on this machine in turns until that is known; or a result than a baseline. A side is stack:NAME, adapter:PATH, commit:SHA, options:FILE or result:DIR. FAIL ends with exit code 1.',
  positional: { least: 0, most: 1000 },
  flags: [
    { name: 'base', value: 'SIDE', what: 'what it was' },
    { name: 'head', value: 'SIDE', what: 'what it is now' },
    ...resultFlags,
    ...ruleFlags,
    looksFlag,
    ...selectionFlags,
    ...playFlags,
  ],
  examples: [
    [
      'testbed gate --base stack:sqlite --head adapter:my-bus.ts --scenario baseline --profile quick',
      'does my bus cost anything?',
    ],
    [
      'testbed gate --base commit:origin/main --head adapter:. --scenario baseline',
      'did my branch make my package slower?',
    ],
    [
      'testbed gate --baseline main results/2026-11-24T09-12-07-seed',
      'is this result slower than what main was?',
    ],
  ],
  run: gateCommand,
};

async function gateCommand(given: Flags): Promise<number> {
  const flags = resumedFlags(gate, given);
  const name = flags.text('baseline');
  const [base, head] = (['base', 'head'] as const).map((flag) => {
    const text = flags.text(flag);
    return text === undefined ? null : sideOf(`--${flag}`, text);
  }) as [Side | null, Side | null];
  if (name !== undefined) {
    if (base !== null || head !== null)
      throw wrong('--baseline is a side already: it takes neither --base nor --head');
    if (flags.positional.length === 0) throw wrong('which result is to be judged? --baseline NAME RESULT...');
    const store = flags.text('store') ?? defaultStore;
    return answerOf(flags, flags.positional, (design) => judgeBaseline({ ...design, name, store }));
  }
  if (base === null || head === null) {
    throw wrong('what is to be held against what? --base SIDE --head SIDE, or --baseline NAME RESULT...');
  }
  if (base.kind === 'result' && head.kind === 'result') {
    return answerOf(flags, [head.folder], (design) => judgeResults({ ...design, base: base.folder }));
  }
  if (base.kind === 'result' || head.kind === 'result') {
    throw wrong(
      'a result was played at another time: it can be held against another result only, or saved as a baseline',
    );
  }
  return withCommits([base, head], flags.has('plan'), (...sides) => playSides(flags, ...sides));
}

async function playSides(flags: Flags, base: PlayedSide, head: PlayedSide): Promise<number> {
  refuse(flags, resultFlags, 'is of results that were played before');
  const { selected, label } = selectScenarios(flags);
  refuseSearches(selected, 'a gate is of numbers that every round has');
  const all = selected.map((each) => sidesOf(each, base, head));
  const both = all.flatMap((sides) => [sides.base, sides.head]);
  const inspected = await inspectStacks(both);
  for (const sides of all) {
    await checkSide(base, sides.base, inspected);
    await checkSide(head, sides.head, inspected);
  }
  const judged = rulesOf(
    flags,
    selected.map(({ scenario }) => scenario),
  );
  const looks = looksOf(flags, judged, all.length);
  const seed = wholeNumber(flags, 'seed', 0, Number.MAX_SAFE_INTEGER - 1000, 1);
  const plan = { base: base.text, head: head.text, looks, alpha, ...judged };
  return play(flags, {
    cells: drawSides(all, roundsDrawn(looks), seed),
    label: `gate-${label}`,
    seed,
    purpose: { kind: 'gate', reference: 'base', gate: plan },
    words: wordsOf(gate, flags),
    inspected,
    enough: untilSettled(plan, both.length),
    stacksNamed: true,
  });
}

/** As `checkAdapterOptions`, which knows of no other place for options than a scenario. */
async function checkSide(
  { text, options }: PlayedSide,
  selected: Selected,
  inspected: Inspected,
): Promise<void> {
  try {
    await checkAdapterOptions(selected, inspected, process.env);
  } catch (error) {
    throw options === null || !isTestbedError(error, 'INVALID_CONFIG')
      ? error
      : wrong(`${text}: laid over ${error.message}`);
  }
}

type Design = Omit<Parameters<typeof judgeResults>[0], 'base'>;

/** Judges results that are there, and prints the answer; with `--plan` only by what. */
async function answerOf(
  flags: Flags,
  folders: readonly string[],
  judge: (design: Design) => Promise<Answer>,
): Promise<number> {
  refuse(
    flags,
    [...selectionFlags, ...playFlags.filter(({ name }) => !['plan', 'fail-on', 'format'].includes(name))],
    'says how to play, and results were played already',
  );
  const stray = flags.list('format').find((name) => !answerFormats.includes(name));
  if (stray !== undefined)
    throw wrong(`--format ${stray} shows cells (allowed at results: ${answerFormats.join(', ')})`);
  if (flags.has('looks')) throw wrong('--looks: at results there is one look');
  const results: ResultSet[] = [];
  for (const folder of folders) results.push(await readResult(folder));
  const design = { results, ...rulesOf(flags, scenariosIn(results)), alpha, force: flags.has('force') };
  if (flags.has('plan')) {
    process.stdout.write(rulesText(design.rules, alpha, 1));
    return 0;
  }
  const answer = await judge(design);
  const failOn = (flags.text('fail-on') ?? 'fail') as FailOn;
  printAnswer(answer, flags, failOn);
  return exitCodeOf([answer.report.verdict], failOn);
}

function refuse(flags: Flags, these: readonly Flag[], why: string): void {
  const stray = these.find(({ name }) => flags.has(name));
  if (stray !== undefined) throw wrong(`--${stray.name} ${why}`);
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
