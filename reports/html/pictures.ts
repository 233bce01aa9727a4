import { boundText } from '../formats/number-text.ts';
import { aggregatorText } from '../formats/row-text.ts';
import { shownOf } from '../formats/rows.ts';
import type { Run, Sheet } from '../formats/sheet.ts';
import { drawPlot } from '../plots/draw-plot.ts';
import { eachRun } from '../plots/each-run.ts';
import { overTime } from '../plots/over-time.ts';
import type { Plot } from '../plots/plot.ts';
import { spectrumPlot } from '../plots/spectrum.ts';
import { element, escaped, type Markup, markup } from '../plots/svg.ts';
import type { RunRecord, Series } from '../record.ts';

/** What is drawn of all stacks of a sheet beside each other. */
export function sheetPictures(sheet: Sheet): readonly Markup[] {
  const first = sheet.columns.flatMap(({ stack, runs }) => {
    const histogram = runs.find(({ record }) => record !== null)?.record?.histograms['event_delivery_ms'];
    return histogram === undefined ? [] : [{ name: stack, histogram }];
  });
  const delivery = 'event_delivery_ms: how long the slow ones took';
  return figures([spectrumPlot(`${sheet.scenario}, ${delivery}`, first), ...runsOf(sheet)]);
}

/** Every run as a dot, where there were several, of every number that was judged. */
function runsOf(sheet: Sheet): readonly (Plot | null)[] {
  if (sheet.columns.every(({ runs }) => runs.length < 2)) return [];
  return sheet.judged.map((row) => {
    const { metric, phase, aggregator, unit, pass } = row;
    const key = phase === null ? metric : `${metric}{phase:${phase}}`;
    const stacks = sheet.columns.map(({ stack, runs }) => ({
      stack,
      values: runs.flatMap(({ record }) => {
        const found = record?.metrics[key];
        return found === undefined ? [] : (shownOf(found, aggregator) ?? []);
      }),
    }));
    const limits = pass === null ? [] : [{ at: pass.limit, text: boundText(pass, unit) }];
    return eachRun(
      `${key} ${aggregatorText(aggregator)} of every run`.replace('  ', ' '),
      unit,
      stacks,
      limits,
    );
  });
}

/** A picture of one run over its time: of which series, by what names. */
interface Timed {
  readonly of: string;
  readonly curves: readonly (readonly [series: string, name: string])[];
  /** Its bounds on the average are drawn. */
  readonly judgedBy?: string;
  readonly slope?: boolean;
}

const timed: readonly Timed[] = [
  {
    of: 'events a second',
    curves: [
      ['offered_per_s', 'offered'],
      ['acked_per_s', 'acknowledged, messages too'],
      ['errors_per_s', 'errors'],
    ],
  },
  {
    of: 'delivery, average of each window',
    curves: [['event_delivery_ms', 'event_delivery_ms']],
    judgedBy: 'event_delivery_ms',
  },
  { of: 'sent and not yet delivered', curves: [['consumer_lag', 'consumer_lag']] },
  {
    of: 'agents a second',
    curves: [
      ['spawns_per_s', 'spawns'],
      ['transitions_per_s', 'transitions'],
    ],
  },
  { of: 'memory of the process', curves: [['rss_mb', 'rss_mb']], slope: true },
  {
    of: 'how late timers of the generator fire, average of each window',
    curves: [['event_loop_delay_ms', 'event_loop_delay_ms']],
  },
];

/** Of so many runs each curve has fewer points, so that the page opens at once. */
const manyRuns = 40;
const fewPoints = 24;

/** What is drawn of one run, which is one of so many: its time, and its tail with the queueing and without. */
export function runPictures({ record }: Run, runs: number): readonly Markup[] {
  if (record === null) return [];
  const about = `${record.scenario} on ${record.stack}`;
  const points = runs > manyRuns ? { points: fewPoints } : {};
  const overItsTime = timed.map(({ of, curves, judgedBy, slope = false }) => {
    const limits = judgedBy === undefined ? [] : limitsOf(record, judgedBy, 'avg');
    return overTime(`${about}: ${of}`, record, seriesOf(record, curves), { limits, slope, ...points });
  });
  const tail = spectrumPlot(`${about}: from due, and from sent`, [
    ...tailOf(record, 'event_delivery_ms', 'from due: event_delivery_ms'),
    ...tailOf(record, 'event_service_ms', 'from sent: event_service_ms'),
  ]);
  return figures([...overItsTime, tail]);
}

function seriesOf(record: RunRecord, curves: Timed['curves']) {
  return curves.flatMap(([key, name]) => {
    const found = record.series[key];
    return found === undefined || isNothing(found) ? [] : [{ name, series: found }];
  });
}

/** A line along the bottom says no more than its absence. */
const isNothing = ({ values }: Series): boolean => values.every((value) => value === null || value === 0);

function tailOf({ histograms }: RunRecord, key: string, name: string) {
  const histogram = histograms[key];
  return histogram === undefined ? [] : [{ name, histogram }];
}

function limitsOf({ rules, metrics }: RunRecord, metric: string, aggregator: string) {
  const unit = metrics[metric]?.unit ?? '';
  return rules
    .filter((rule) => rule.metric === metric && rule.phase === null)
    .flatMap(({ pass }) => pass)
    .filter((bound) => bound.aggregator === aggregator)
    .map((bound) => ({ at: bound.limit, text: boundText(bound, unit) }));
}

function figures(plots: readonly (Plot | null)[]): readonly Markup[] {
  return plots.flatMap((plot) =>
    plot === null
      ? []
      : [element('figure', {}, inPage(drawPlot(plot)), element('figcaption', {}, escaped(plot.title)))],
  );
}

/** Without what a drawing says for where it stands alone: here the style of the page does, once for all of them. */
function inPage(drawing: Markup): Markup {
  return markup(
    drawing
      .replace(' xmlns="http://www.w3.org/2000/svg"', '')
      .replace(/ width="\d+" height="\d+"(?= role)/, '')
      .replace(' font-family="system-ui, sans-serif" font-size="11" fill="currentColor"', '')
      .replaceAll(/(?<=(?:fill|stroke)="var\(--mark-\d), #[0-9a-f]{6}(?=\)")/g, ''),
  );
}
