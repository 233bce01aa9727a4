import { isMeant } from './row-text.ts';
import type { Row } from './rows.ts';
import type { Sheet } from './sheet.ts';

/** What a table shows of the numbers that nobody judged, unless the scenario says what it wants shown. */
const usual: readonly string[] = [
  'event_delivery_ms avg',
  'events_per_s value',
  'errors value',
  'publish_ms avg',
  'message_routing_ms avg',
  'transition_ms avg',
  'achieved_ratio value',
  'lost_acked value',
  'late_sends value',
  'heap_mb value',
  'server_cpu_s value',
  'generator_cpu_pct value',
];

/** A sheet with the judged numbers and a few others, and how many rows that leaves out. */
export function inShortForm(sheet: Sheet): { readonly sheet: Sheet; readonly left: number } {
  const shown = (sheet.sample?.shown ?? []).map(nameOf);
  const wanted = new Set([...usual, ...shown]);
  const judged = sheet.judged.filter(
    (row) => isMeant(row) || row.reference !== null || row.aggregator !== 'count',
  );
  const measured = sheet.measured.filter((row) => wanted.has(nameOf(row)));
  const left = sheet.judged.length + sheet.measured.length - judged.length - measured.length;
  return { sheet: { ...sheet, judged, measured }, left };
}

function nameOf({ metric, phase, aggregator }: Pick<Row, 'metric' | 'phase' | 'aggregator'>): string {
  return `${phase === null ? metric : `${metric}{phase:${phase}}`} ${aggregator}`;
}
