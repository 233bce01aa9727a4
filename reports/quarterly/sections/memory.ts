import { numberText } from '../../formats/number-text.ts';
import {
  type Weight,
  type WeightRow,
  type WeightTable,
  weightFindings,
  weightsOf,
} from '../../formats/weights.ts';
import type { ResultSet } from '../../result-set.ts';
import {
  type Block,
  type Datum,
  list,
  measured,
  type Section,
  table,
  text,
  unmeasured,
  words,
} from '../document.ts';
import {
  type Evidence,
  groupedBy,
  numberOf,
  type Played,
  sourceIn,
  sourceOf,
  stacksOf,
  subject,
  subjectText,
  withoutProbesOf,
  workloadOf,
} from '../evidence.ts';
import { loadTestsOf } from '../load-tests.ts';
import type { QuarterlyOptions } from '../options.ts';

/** What weighs what, how it grows, and whether it leaks. */
export function memorySection(evidence: Evidence, { weights }: QuarterlyOptions): Section {
  return {
    title: 'Memory usage patterns',
    blocks: [
      ...weights.flatMap((parts) => weightBlocks(evidence, parts)),
      perAgentTable(evidence),
      growthTable(evidence),
      ...leakBlocks(evidence),
    ],
  };
}

function weightBlocks({ results }: Evidence, parts: WeightTable): readonly Block[] {
  const result = results.findLast((each) => weightsOf(each, parts) !== null);
  const weights = result === undefined ? null : weightsOf(result, parts);
  const ownHead = ['component', 'seed report'];
  if (result === undefined || weights === null) {
    const rows = parts.components.map(({ name, seed }) => [words(name), words(seed ?? ''), unmeasured()]);
    return [table(parts.title, [...ownHead, 'each'], rows)];
  }
  const { sizes, rows, total } = weights;
  const all: readonly WeightRow[] = total === null ? rows : [...rows, total];
  const lines = all.map(({ name, seed, cells }) => [
    words(name),
    words(seed ?? ''),
    ...cells.map((weight, at) => weightDatum(weight, name, `${sizes[at]}`, parts, result)),
    ...cells.map((weight, at) => wholeDatum(weight, name, sizes[at] as number, parts, result)),
  ]);
  const head = [
    ...ownHead,
    ...sizes.map((size) => `kB each, of ${size}`),
    ...sizes.map((size) => `${size} ${parts.noun}`),
  ];
  const findings = weightFindings(parts, weights).map((said) => [
    measured(said, [sourceIn(result, parts.scenario, `${subjectText(parts)}, differences of cells`)]),
  ]);
  return [table(parts.title, head, lines), ...list(findings)];
}

function sourceOfWeight(
  { pairs }: Weight,
  name: string,
  size: string,
  parts: WeightTable,
  result: ResultSet,
) {
  const cells = `${parts.scenario} ${parts.per}=${size}: ${name}`;
  const rule =
    pairs === 0
      ? `${subjectText(parts)} / ${parts.per}`
      : `${subjectText(parts)} / ${parts.per}: Hodges-Lehmann of ${pairs} pairs of cells with it and without, interval 95 %`;
  return sourceIn(result, cells, rule);
}

/** What cannot be told from nothing is shown with its interval, and as that. */
function weightDatum(
  weight: Weight | null,
  name: string,
  size: string,
  parts: WeightTable,
  result: ResultSet,
): Datum {
  if (weight === null) return unmeasured();
  const { value, interval, told } = weight;
  const range =
    interval === null ? '' : ` [${numberText(interval.low, 'kB')} ${numberText(interval.high, 'kB')}]`;
  const said = `${numberText(value, 'kB')}${range}${told ? '' : ', not told from 0'}`;
  return measured(said, [sourceOfWeight(weight, name, size, parts, result)]);
}

function wholeDatum(
  weight: Weight | null,
  name: string,
  size: number,
  parts: WeightTable,
  result: ResultSet,
): Datum {
  if (weight === null || !weight.told) return unmeasured(weight === null ? null : 'not told from 0');
  const source = sourceOfWeight(weight, name, `${size}`, parts, result);
  return measured(`${numberText(weight.value * size, 'kB')} kB`, [
    { ...source, rule: `${source.rule}, times ${size}` },
  ]);
}

function perAgentTable(evidence: Evidence) {
  const idle = withoutProbesOf(evidence).filter(({ cell }) => cell.scenario === 'agent-memory');
  const shown = idle.length === 0 ? loadTestsOf(evidence) : idle;
  const stacks = stacksOf(shown);
  return table(
    'Memory of an agent, and the whole process',
    [
      'agents',
      ...stacks.map((stack) => `an agent, ${stack}`),
      ...stacks.map((stack) => `resident, ${stack}`),
    ],
    byAgents(shown).map(([agents, cells]) => [
      words(agents),
      ...stacks.map((stack) => numberOf(on(stack, cells), subject('memory_per_agent_kb'))),
      ...stacks.map((stack) => numberOf(on(stack, cells), subject('rss_mb'))),
    ]),
  );
}

function growthTable(evidence: Evidence) {
  const tests = loadTestsOf(evidence);
  const stacks = stacksOf(tests);
  return table(
    'Growth under load',
    ['agents', ...stacks.map((stack) => `growth, ${stack}`), ...stacks.map((stack) => `a minute, ${stack}`)],
    byAgents(tests).map(([agents, cells]) => [
      words(agents),
      ...stacks.map((stack) => numberOf(on(stack, cells), subject('memory_growth_mb'))),
      ...stacks.map((stack) => numberOf(on(stack, cells), subject('memory_growth_mb_per_min'))),
    ]),
  );
}

const on = (stack: string, played: readonly Played[]): readonly Played[] =>
  played.filter(({ cell }) => cell.stack === stack);

function byAgents(
  played: readonly Played[],
): readonly (readonly [agents: string, played: readonly Played[]])[] {
  return [...groupedBy(played, (one) => `${workloadOf(one, 'agents')}`)].sort(
    ([left], [right]) => Number(left) - Number(right),
  );
}

/** Whether memory grows with what is done: told over fresh processes, or not told. */
function leakBlocks(evidence: Evidence): readonly Block[] {
  const studies = withoutProbesOf(evidence).flatMap((one) =>
    one.record.checks.filter(({ check }) => check === 'no-leak').map((check) => ({ one, check })),
  );
  if (studies.length === 0)
    return [text(words('Leaks: '), unmeasured('no run searched for leaks: testbed run --scenario soak'))];
  return [
    table(
      'Memory leak analysis',
      ['scenario', 'stack', 'leaks', 'heap an operation', 'what was found'],
      studies.map(({ one, check: { verdict, detail } }) => [
        words(one.cell.scenario),
        words(one.cell.stack),
        measured(
          verdict === 'PASS' ? 'none' : verdict === 'FAIL' ? 'yes' : 'not known',
          [sourceOf(one, 'check no-leak')],
          verdict,
        ),
        heapSlope(one),
        measured(detail, [sourceOf(one, 'check no-leak')]),
      ]),
    ),
  ];
}

/** Rules cannot judge the slope of one process; this one is over all processes of the study. */
function heapSlope(one: Played): Datum {
  const slope = one.record.metrics['heap_slope'];
  if (slope === undefined || !('value' in slope)) return unmeasured();
  return measured(`${numberText(slope.value, slope.unit)} ${slope.unit}`, [
    sourceOf(one, 'heap_slope over the processes of the study'),
  ]);
}
