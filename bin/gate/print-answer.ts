import { gateText } from '../../reports/formats/gate-text.ts';
import { githubAnnotations } from '../../reports/formats/github.ts';
import { judgedGate } from '../../reports/formats/judgements.ts';
import { junitXml } from '../../reports/formats/junit.ts';
import type { FailOn } from '../../reports/verdict.ts';
import type { Flags } from '../command.ts';
import { wantsColour } from '../print-result.ts';
import type { Answer } from './judge-results.ts';

type Print = (answer: Answer, failOn: FailOn) => string;

/** How an answer about results that were there can be printed. What shows cells has none to show: they are of two results. */
const printers = {
  gate: ({ report, head }) => gateText(report, head, wantsColour()),
  json: ({ report: { settled: _, ...told }, head }) =>
    `${JSON.stringify({ notes: head, ...told }, null, 2)}\n`,
  junit: ({ report }, failOn) => junitXml(judgedGate(report), failOn),
  github: ({ report }, failOn) => githubAnnotations(judgedGate(report), failOn, {}),
} as const satisfies { readonly [format: string]: Print };

export const answerFormats = Object.keys(printers);

/** Prints an answer in the formats asked for, one after another. */
export function printAnswer(answer: Answer, flags: Flags, failOn: FailOn): void {
  const asked = flags.has('json') ? ['json'] : flags.list('format');
  for (const name of asked.length === 0 ? ['gate'] : asked) {
    process.stdout.write(printers[name as keyof typeof printers](answer, failOn));
  }
}
