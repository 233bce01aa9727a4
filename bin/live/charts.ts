import { drawPlot } from '../../reports/plots/draw-plot.ts';
import { overTime, type TimedRun } from '../../reports/plots/over-time.ts';
import { element, escaped, type Markup } from '../../reports/plots/svg.ts';
import type { LiveSample } from '../../scenarios/run/live.ts';
import type { History } from './history.ts';

interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly (readonly [name: string, of: (sample: LiveSample) => number | null])[];
}

/** What the report of a run shows over its time as well. */
const charts: readonly Chart[] = [
  {
    title: 'events a second',
    unit: '1/s',
    curves: [
      ['offered', ({ offeredPerS }) => offeredPerS],
      ['acknowledged, messages too', ({ ackedPerS }) => ackedPerS],
      ['errors', ({ errorsPerS }) => errorsPerS],
    ],
  },
  { title: 'delivery, average', unit: 'ms', curves: [['event_delivery_ms', ({ deliveryMs }) => deliveryMs]] },
  { title: 'sent and not yet delivered', unit: 'count', curves: [['consumer_lag', ({ lag }) => lag]] },
  { title: 'memory of the process', unit: 'MB', curves: [['rss_mb', ({ rssMb }) => rssMb]] },
  {
    title: 'how late timers of the generator fire',
    unit: 'ms',
    curves: [['event_loop_delay_ms', ({ loopDelayMs }) => loopDelayMs]],
  },
];

/** The charts of the cell that is being played, drawn as a report draws them; none before there is something to see. */
export function liveCharts(history: History): readonly Markup[] {
  const { last } = history;
  if (last === null) return [];
  const run: TimedRun = { phases: [], metrics: {}, faults: last.faults.map(asRecorded) };
  return charts.flatMap(({ title, unit, curves }) => {
    const series = curves.map(([name, of]) => ({ name, series: history.series(of, unit) }));
    const plot = overTime(title, run, series);
    return plot === null
      ? []
      : [element('figure', {}, drawPlot(plot), element('figcaption', {}, escaped(title)))];
  });
}

/** A fault that is in force still has no end: it is shaded up to the edge. */
function asRecorded({ name, fromMs, toMs }: LiveSample['faults'][number]): TimedRun['faults'][number] {
  const [fault = name, on = ''] = name.split(' on ');
  return {
    fault,
    on,
    options: {},
    injectedAtMs: fromMs,
    confirmedAtMs: fromMs,
    healedAtMs: toMs,
    verifiedAtMs: toMs,
  };
}
