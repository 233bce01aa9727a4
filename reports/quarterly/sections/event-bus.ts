import {
  type Block,
  type Datum,
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
  plainValue,
  sourceOf,
  stacksOf,
  subject,
  withoutProbesOf,
  workloadOf,
} from '../evidence.ts';
import { currentLimitOf, limitsOf } from '../limits.ts';
import { loadTestsOf } from '../load-tests.ts';
import { curvePictures } from '../pictures.ts';

/** How the bus is set up, the most that it was seen to carry, and how that depends on load. */
export function eventBusSection(evidence: Evidence): Section {
  return {
    title: 'Event bus capacity analysis',
    blocks: [
      setupTable(evidence),
      throughputTable(evidence),
      ...capacityBlocks(evidence),
      ...curvePictures(evidence),
    ],
  };
}

/** As the load tests had it. A limit that is null is none: JSON has no infinity. */
function setupTable(evidence: Evidence) {
  const tests = loadTestsOf(evidence);
  const row = (name: string, path: string): readonly Datum[] => [words(name), settingOf(tests, path)];
  return table(
    'Set-up in the load tests',
    ['what', 'value'],
    [
      row('most subscriptions of the message bus', 'messages.subscriptionLimit'),
      row('event log', 'events.logLimit'),
      row('delivery', 'events.delivery'),
      row('queue of a subscriber', 'events.queueLimit'),
      row('when it is full', 'events.whenFull'),
    ],
  );
}

function settingOf(tests: readonly Played[], path: string): Datum {
  const having = tests.filter((one) => workloadOf(one, path) !== undefined);
  const values = groupedBy(having, (one) => settingText(workloadOf(one, path)));
  const firsts = [...values.values()].map(([first]) => first as Played);
  return measured(
    [...values.keys()].join(' / '),
    firsts.map((one) => sourceOf(one, `workload.${path}`)),
  );
}

const settingText = (value: unknown): string => (value === null ? 'unbounded' : plainValue(value));

function throughputTable(evidence: Evidence) {
  const saturated = withoutProbesOf(evidence).filter(({ cell }) => cell.scenario === 'event-saturation');
  const limits = limitsOf(evidence, 'events');
  const stacks = [...new Set([...limits.map(({ stack }) => stack), ...stacksOf(saturated)])];
  const finding = { name: '', vary: 'events', metric: null, aggregator: 'value', target: '' } as const;
  return table(
    'Max throughput, events a second',
    ['stack', 'in time (searched)', 'back to back (best of the cells)', 'CPU s a million events'],
    stacks.map((stack) => {
      const best = bestOf(saturated.filter(({ cell }) => cell.stack === stack));
      return [
        words(stack),
        currentLimitOf(limits.find((limit) => limit.stack === stack) ?? null, finding),
        best === null ? unmeasured() : numberOf([best], subject('events_per_s')),
        best === null ? unmeasured() : numberOf([best], subject('cpu_s_per_million_events')),
      ];
    }),
  );
}

function bestOf(played: readonly Played[]): Played | null {
  const rate = ({ record: { metrics } }: Played): number => {
    const found = metrics['events_per_s'];
    return found !== undefined && 'value' in found ? found.value : 0;
  };
  return played.reduce<Played | null>(
    (best, one) => (best === null || rate(one) > rate(best) ? one : best),
    null,
  );
}

function capacityBlocks(evidence: Evidence): readonly Block[] {
  const own = withoutProbesOf(evidence).filter(({ cell }) => cell.scenario === 'event-capacity');
  if (own.length === 0)
    return [text(words('Subscribers and rate: '), unmeasured('no run played event-capacity'))];
  const groups = groupedBy(own, ({ cell }) => JSON.stringify([cell.parameters, cell.stack]));
  return [
    table(
      'What it carries as subscribers and rate grow',
      ['stack', 'cell', 'offered reached', 'events a second', 'delivery p99', 'most outstanding', 'verdict'],
      [...groups.values()].map((cells) => {
        const [{ cell, record }] = cells as readonly [Played, ...Played[]];
        const values = Object.entries(cell.parameters ?? {}).map(
          ([name, value]) => `${name}=${plainValue(value)}`,
        );
        return [
          words(cell.stack),
          words(values.join(' ')),
          numberOf(cells, subject('achieved_ratio')),
          numberOf(cells, subject('events_per_s')),
          numberOf(cells, subject('event_delivery_ms', 'p(99)')),
          numberOf(cells, subject('consumer_lag')),
          measured(
            record.verdict,
            cells.map((one) => sourceOf(one, 'verdict of the cell')),
            record.verdict,
          ),
        ];
      }),
    ),
  ];
}
