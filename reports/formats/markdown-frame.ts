import type { ResultSet } from '../result-set.ts';
import { closingOf } from './closing.ts';
import { code, inert, listText } from './markdown-text.ts';
import type { Remark } from './remarks.ts';
import type { ReportOptions } from './reporter.ts';
import { sharedEnvironment } from './shared-environment.ts';

/** What every Markdown report begins with: what it comes to, what contradicts itself, where it is from. */
export function openingText(title: string, result: ResultSet, options: ReportOptions): readonly string[] {
  const { verdict, cells, wallTime, exit } = closingOf(result, options);
  const closing = [`Verdict: **${verdict}**`, cells, ...(wallTime === null ? [] : [wallTime]), exit];
  const { testbed, command, startedAt } = result.index;
  return [
    `# ${title}\n`,
    `${closing.join(' - ')}\n`,
    ...(result.doubts.length === 0 ? [] : [listText(result.doubts.map((doubt) => `DOUBT: ${inert(doubt)}`))]),
    `Testbed ${inert(testbed)}, started ${startedAt}, command: ${code(command)}\n`,
  ];
}

export function remarksText(remarks: readonly Remark[]): readonly string[] {
  if (remarks.length === 0) return [];
  const lines = remarks.map(
    ({ verdict, where, text }) => `**${verdict}** ${inert(where.join(', '))}: ${inert(text)}`,
  );
  return ['### Remarks\n', listText(lines)];
}

/** The machine, once: the fields that are the same in every record. */
export function environmentText(result: ResultSet): string {
  const lines = sharedEnvironment(result).map(([name, value]) => `${inert(name)}: ${inert(value)}`);
  if (lines.length === 0) return '';
  return `## Environment\n\n${listText(lines)}`;
}
