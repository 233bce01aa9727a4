import { parseAggregator, parseThresholdKey } from '../../config/threshold.ts';
import { TestbedError } from '../../core/error.ts';
import { aggregatorOf } from '../../reports/bound.ts';
import { type MetricDefinition, metricTable } from '../../reports/metric-table.ts';
import type { TrendReport } from '../../reports/trend/report.ts';
import { trendHtml } from '../../reports/trend/trend-html.ts';
import { trendMarkdown } from '../../reports/trend/trend-markdown.ts';
import { trendText } from '../../reports/trend/trend-text.ts';
import type { Command, Flags } from '../command.ts';
import type { StoredNumber } from '../history/numbers.ts';
import { defaultStore, withHistory } from '../history/store.ts';
import { type TrendSubject, trendIn } from '../history/trend-of.ts';
import { storeFlag } from './baseline.ts';

const formats: { readonly [name: string]: (report: TrendReport) => string } = {
  table: trendText,
  markdown: trendMarkdown,
  html: trendHtml,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
};

export const trend: Command = {
  name: 'trend',
  usage: 'METRIC --baseline NAME',
  what: 'Says from which of the results saved under a name on a metric was of another level, and by how much; machines are never mixed. METRIC, METRIC:avg, METRIC:p99, "METRIC{phase:NAME}".',
  positional: { least: 1, most: 1 },
  flags: [
    { name: 'baseline', value: 'NAME', what: 'the results that testbed baseline save has kept under it' },
    storeFlag,
    { name: 'scenario', value: 'NAME', list: true, what: 'only these scenarios; default all' },
    { name: 'stacks', value: 'NAME', list: true, what: 'only these stacks; default all' },
    {
      name: 'format',
      value: 'NAME',
      allowed: Object.keys(formats),
      what: 'table (default), markdown, html (a page with a picture of each series) or json, which has every result',
    },
  ],
  examples: [
    ['testbed trend event_delivery_ms:p99 --baseline main', 'since when is it slower?'],
    ['testbed trend events_per_s --baseline main --format html', 'a page with pictures, to stdout'],
  ],
  async run(flags) {
    const subject = subjectOf(flags.positional[0] as string);
    const name = flags.text('baseline');
    if (name === undefined) throw wrong('of which results? --baseline NAME');
    const { metric, phase } = subject;
    const numbers = await withHistory(flags.text('store') ?? defaultStore, { create: false }, (history) =>
      history.numbers(name, phase === null ? metric : `${metric}{phase:${phase}}`),
    );
    const report = trendIn(name, subject, only(numbers, flags));
    process.stdout.write((formats[flags.text('format') ?? 'table'] as (typeof formats)[string])(report));
    // As in a run: where nothing could be judged, nothing is well.
    return report.series.some(({ reason }) => reason === null) ? 0 : 2;
  },
};

/** Percentiles that every record lists; any other takes its histograms, which a look over all of history does not read. */
const listed = ['p50', 'p90', 'p95', 'p99', 'p99.9'];

function subjectOf(text: string): TrendSubject {
  const [, key = text, given] = /^([^:{]+(?:\{[^}]*\})?)(?::(.+))?$/.exec(text) ?? [];
  const { metric, phase } = parseThresholdKey(key);
  const definition: MetricDefinition = metricTable[metric];
  const word = given ?? (definition.kind === 'number' ? 'value' : 'avg');
  const percentile = /^p(\d.*)$/.exec(word)?.[1];
  if (percentile !== undefined && definition.kind === 'histogram' && !listed.includes(word)) {
    throw wrong(`${text}: no record lists ${word} (allowed: avg, min, max, count, ${listed.join(', ')})`);
  }
  const bound =
    percentile === undefined
      ? parseAggregator(word, undefined, metric, definition)
      : parseAggregator('p', percentile, metric, definition);
  if (bound.aggregator === 'rate')
    throw wrong(`${text}: the history keeps no rate (allowed: value or count)`);
  return { metric, phase, aggregator: aggregatorOf(bound), bound };
}

/** INVALID_CONFIG for a scenario or stack of which there is no result. */
function only(numbers: readonly StoredNumber[], flags: Flags): readonly StoredNumber[] {
  return (['scenario', 'stacks'] as const).reduce((left, flag) => {
    const wanted = flags.list(flag);
    if (wanted.length === 0) return left;
    const field = flag === 'stacks' ? 'stack' : flag;
    const there = new Set(numbers.map((number) => number[field]));
    const stray = wanted.find((one) => !there.has(one));
    if (stray !== undefined) {
      throw wrong(`--${flag} ${stray}: there is no such result (there are: ${[...there].join(', ')})`);
    }
    return left.filter((number) => wanted.includes(number[field]));
  }, numbers);
}

function wrong(message: string): TestbedError {
  return new TestbedError('INVALID_CONFIG', message);
}
