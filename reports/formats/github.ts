import type { Verdict } from '../record.ts';
import { exitCodeOf, type FailOn } from '../verdict.ts';
import { type JudgedCell, judgedCells } from './judgements.ts';
import type { Reporter } from './reporter.ts';

/** Files by the name of the scenario that they hold. */
type Sources = { readonly [scenario: string]: string };

/** Annotations of GitHub Actions, which it reads from the output of a step: a line for all that has not passed. */
export const github: Reporter = (result, { failOn = 'fail' }) =>
  githubAnnotations(judgedCells(result), failOn, result.index.sources ?? {});

type Level = 'error' | 'warning' | 'notice';

/** GitHub shows so many of each kind of a step, and drops the rest without a word. */
const mostOfALevel = 10;

interface Annotation {
  readonly level: Level;
  readonly file: string | null;
  readonly title: string;
  /** What each of its cells has to say. */
  readonly texts: string[];
}

/** What fails is an error, what could not be judged or is DEGRADED a warning, what is UNSUPPORTED a notice. */
export function githubAnnotations(cells: readonly JudgedCell[], failOn: FailOn, sources: Sources): string {
  const found = new Map<string, Annotation>();
  for (const { title, scenario, judgements } of cells) {
    // The same of several rounds of a cell is one annotation.
    const cell = title.replace(/ #\d+$/, '');
    const file = Object.hasOwn(sources, scenario) ? (sources[scenario] as string) : null;
    for (const { name, verdict, detail } of judgements) {
      const level = levelOf(verdict, failOn);
      if (level === null) continue;
      const text = `${verdict} ${cell}: ${name}`;
      const known = found.get(text) ?? { level, file, title: text, texts: [] };
      known.texts.push(detail);
      found.set(text, known);
    }
  }
  const all = [...found.values()];
  return (['error', 'warning', 'notice'] as const)
    .flatMap((level) =>
      linesOf(
        level,
        all.filter((each) => each.level === level),
      ),
    )
    .join('');
}

function levelOf(verdict: Verdict, failOn: FailOn): Level | null {
  if (verdict === 'PASS') return null;
  if (exitCodeOf([verdict], failOn) === 1) return 'error';
  return verdict === 'UNSUPPORTED' ? 'notice' : 'warning';
}

function linesOf(level: Level, all: readonly Annotation[]): readonly string[] {
  const shown = all.length > mostOfALevel ? all.slice(0, mostOfALevel - 1) : all;
  const more = all.length - shown.length;
  const rest =
    more === 0 ? [] : [{ level, file: null, title: `${more} more like it`, texts: ['see the summary'] }];
  return [...shown, ...rest].map(lineOf);
}

function lineOf({ level, file, title, texts }: Annotation): string {
  const place = file === null ? '' : `file=${property(file)},`;
  const [first = ''] = texts;
  const rounds = texts.length === 1 ? '' : ` (in ${texts.length} rounds)`;
  return `::${level} ${place}title=${property(title)}::${data(`${first}${rounds}`)}\n`;
}

/** As the runner takes it back: nothing in it ends the line, and with it begins another command; nor does its log obey it. */
const data = (text: string): string =>
  text
    .replaceAll(/[^\P{Cc}\r\n\t]/gu, ' ')
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
