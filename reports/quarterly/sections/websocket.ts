import { measured, type Section, table, text, unmeasured, words } from '../document.ts';
import {
  type Evidence,
  groupedBy,
  numberOf,
  type Played,
  sourceOf,
  subject,
  withoutProbesOf,
  workloadOf,
} from '../evidence.ts';
import type { QuarterlyOptions } from '../options.ts';

/** Cells whose load came through WebSockets: one for each subscriber, one for all that is asked. */
export function webSocketCells(evidence: Evidence): readonly Played[] {
  return withoutProbesOf(evidence).filter(({ cell }) => cell.parameters?.['driver'] === 'websocket');
}

/** What a gateway serves over so many WebSockets. */
export function webSocketSection(evidence: Evidence, { approaches }: QuarterlyOptions): Section {
  const played = webSocketCells(evidence);
  const title = 'WebSocket capacity';
  if (played.length === 0)
    return {
      title,
      blocks: [
        text(
          words('Connections: '),
          unmeasured('no run lists websocket among its drivers: testbed run --scenario websocket-capacity'),
        ),
      ],
    };
  const connectionsOf = (one: Played): number => Number(workloadOf(one, 'subscribers.count'));
  const groups = groupedBy(played, (one) =>
    JSON.stringify([one.cell.stack, one.cell.parameters, workloadOf(one, 'agents')]),
  );
  return {
    title,
    blocks: [
      table(
        'Subscribers with a WebSocket each, through one gateway',
        [
          'stack',
          'agents',
          'concurrent WebSockets',
          'events a second',
          'delivery p99',
          'delivered',
          'errors',
          'verdict',
          'seed report recommended',
        ],
        [...groups.values()].map((cells) => {
          const one = cells[0] as Played;
          const recommended = approaches.findLast(({ connections }) => connections <= connectionsOf(one));
          return [
            words(one.cell.stack),
            words(`${workloadOf(one, 'agents')}`),
            words(`${connectionsOf(one)}`),
            numberOf(cells, subject('events_per_s')),
            numberOf(cells, subject('event_delivery_ms', 'p(99)')),
            numberOf(cells, subject('delivery_rate_pct')),
            numberOf(cells, subject('errors')),
            measured(
              one.record.verdict,
              cells.map((each) => sourceOf(each, 'verdict of the cell')),
              one.record.verdict,
            ),
            words(recommended?.approach ?? ''),
          ];
        }),
      ),
      text(
        words('What one gateway process holds open beyond this, '),
        unmeasured(
          '10,000 clients are a bench of the project (npm run bench -- gateway), not a cell that leaves a record',
        ),
      ),
    ],
  };
}
