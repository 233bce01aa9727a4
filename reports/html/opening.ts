import { type Closing, closingOf } from '../formats/closing.ts';
import type { ReportOptions } from '../formats/reporter.ts';
import { sharedEnvironment } from '../formats/shared-environment.ts';
import { element, escaped, joined, type Markup, markup } from '../plots/svg.ts';
import type { ResultSet } from '../result-set.ts';
import { badge } from './badge.ts';
import { codeOf, listOf, tableOf } from './parts.ts';

/** What it comes to, in the first line that anybody reads, and why it may not be believed where that is so. */
export function bannerOf(result: ResultSet, options: ReportOptions): Markup {
  const closing: Closing = closingOf(result, options);
  const { verdict, cells, wallTime, exit } = closing;
  const facts = [cells, ...(wallTime === null ? [] : [wallTime]), exit].join(' · ');
  const doubts = result.doubts.map((doubt) => escaped(`The result contradicts itself: ${doubt}`));
  return element(
    'div',
    { class: `banner ${verdict.toLowerCase()}` },
    element('p', {}, badge(verdict), escaped(` ${facts}`)),
    ...(doubts.length === 0 ? [] : [listOf(doubts)]),
  );
}

/** Where it is from: enough to make it again. */
export function originOf({ index, directory }: ResultSet): Markup {
  const { testbed, command, startedAt, seed } = index;
  const words = `Testbed ${testbed}, started ${startedAt}, seed ${seed}, command `;
  return element(
    'p',
    { class: 'facts' },
    joined([escaped(words), codeOf(command), markup(', folder '), codeOf(directory)]),
  );
}

/** The machine and the versions, once: the fields that are the same in every record. */
export function machineOf(result: ResultSet): readonly Markup[] {
  const rows = sharedEnvironment(result).map(([name, value]) => [
    { content: escaped(name) },
    { content: codeOf(value) },
  ]);
  if (rows.length === 0) return [];
  const caption = 'The machine, and what is the same in every run';
  return [element('h2', { id: 'environment' }, markup('Environment')), tableOf(caption, ['', 'value'], rows)];
}
