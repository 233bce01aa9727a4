import type { Metric, RunRecord } from '../../reports/record.ts';
import type { OpenCrowd } from './open-crowd.ts';
import type { CrowdReport, Measured } from './protocol.ts';

/** What became of the clients of a cell. */
export interface CrowdPlayed extends Pick<OpenCrowd, 'opened' | 'grownBytes'> {
  readonly pid: number;
  readonly report: CrowdReport;
}

/** Of fewer, what a gateway grows by is mostly other things. */
const weighable = 100;
/** Less measured time than this is nothing to divide by. */
const leastMeasuredMs = 100;

/** `measuredMs`: for how long the load played. */
export function crowdMetrics(
  { opened, grownBytes, report }: CrowdPlayed,
  measuredMs: number,
): RunRecord['metrics'] {
  const { slow } = report;
  const isWeighed = grownBytes !== null && opened.open >= weighable;
  return {
    ...Object.fromEntries(
      latenciesOf(opened.connect, report).map(([name, { metric }]) => [name, metric] as const),
    ),
    ...(measuredMs >= leastMeasuredMs && {
      ws_deliveries_per_s: { unit: '1/s', value: report.deliveries / (measuredMs / 1000) },
    }),
    ...(isWeighed && { memory_per_connection_kb: { unit: 'kB', value: grownBytes / opened.open / 1000 } }),
    connections_open: count(report.open),
    connects_refused: count(opened.refused),
    reconnects: count(report.reconnects),
    ws_lost: count(report.lost),
    ws_dropped: count(report.dropped),
    ws_duplicates: count(report.duplicates),
    ...(slow && {
      slow_disconnects: count(slow.disconnects),
      slow_dropped: count(slow.dropped),
      slow_lost: count(slow.lost),
    }),
  };
}

function count(value: number): Metric {
  return { unit: 'count', value };
}

export function crowdHistograms({ opened, report }: CrowdPlayed): RunRecord['histograms'] {
  return Object.fromEntries(
    latenciesOf(opened.connect, report).map(([name, { stored }]) => [name, stored] as const),
  );
}

function latenciesOf(
  connect: Measured | null,
  { delivery, reconnect }: CrowdReport,
): readonly (readonly [name: string, measured: Measured])[] {
  return [
    ...(connect === null ? [] : [['connect_ms', connect] as const]),
    ...delivery.map(
      ([phase, measured]) =>
        [phase === null ? 'ws_delivery_ms' : `ws_delivery_ms{phase:${phase}}`, measured] as const,
    ),
    ...(reconnect === null ? [] : [['reconnect_ms', reconnect] as const]),
  ];
}
