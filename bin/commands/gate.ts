import { TestbedError } from '../../core/error.ts';
import { gateText } from '../../reports/formats/gate-text.ts';
import { exitCodeOf, type FailOn } from '../../reports/verdict.ts';
import type { Command, Flags } from '../command.ts';
import { type Answer, judgeBaseline } from '../gate/judge-baseline.ts';
import { rulesText } from '../gate/plan-text.ts';
import { ruleFlags, rulesOf } from '../gate/rules.ts';
import { defaultStore } from '../history/store.ts';
import { failOnFlag, wantsColour } from '../print-result.ts';
import { storeFlag } from './baseline.ts';

export const gate: Command = {
  name: 'gate',
  usage: '--baseline NAME RESULT...',
  what: 'Says whether a result is slower than a baseline: each number as a multiple, with its interval and what could have been seen. FAIL ends with exit code 1.',
  positional: { least: 0, most: 100 },
  flags: [
    { name: 'baseline', value: 'NAME', what: 'a result that testbed baseline save has kept' },
    storeFlag,
    { name: 'force', value: null, what: 'also against another machine or configuration; the answer says so' },
    ...ruleFlags,
    failOnFlag,
    { name: 'json', value: null, what: 'as JSON' },
    { name: 'plan', value: null, what: 'prints what is judged and by which margins, and judges nothing' },
  ],
  examples: [
    [
      'testbed gate --baseline main results/2026-11-24T09-12-07-seed',
      'is this result slower than what main was?',
    ],
    [
      'testbed gate --baseline main results/2026-11-24T09-12-07-seed --primary cpu_s_per_million_events --margin 20%',
      'by what an event costs',
    ],
  ],
  run: gateCommand,
};

/** The chance that a change that is none is called one. */
const alpha = 0.01;

async function gateCommand(flags: Flags): Promise<number> {
  const name = flags.text('baseline');
  if (name === undefined) throw wrong('what is it to be held against? --baseline NAME RESULT...');
  if (flags.positional.length === 0) throw wrong('which result is to be judged? --baseline NAME RESULT...');
  const { rules, named } = rulesOf(flags);
  if (flags.has('plan')) {
    process.stdout.write(rulesText(rules, alpha, 1));
    return 0;
  }
  const [store, force] = [flags.text('store') ?? defaultStore, flags.has('force')];
  const answer = await judgeBaseline({ name, store, folders: flags.positional, rules, named, alpha, force });
  print(answer, flags.has('json'));
  return exitCodeOf([answer.report.verdict], (flags.text('fail-on') ?? 'fail') as FailOn);
}

function print({ report, head }: Answer, json: boolean): void {
  const { settled: _, ...told } = report;
  process.stdout.write(
    json ? `${JSON.stringify({ notes: head, ...told }, null, 2)}\n` : gateText(report, head, wantsColour()),
  );
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
