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

const connectionsOf = (one: Played): number => Number(workloadOf(one, 'connections.count') ?? 0);

/** What a gateway serves over so many WebSockets. */
export function webSocketSection(evidence: Evidence, { approaches }: QuarterlyOptions): Section {
  const title = 'WebSocket capacity';
  const played = withoutProbesOf(evidence).filter((one) => connectionsOf(one) > 0);
  if (played.length === 0) {
    const why = 'no run had clients over WebSockets: testbed run --scenario websocket-capacity';
    return { title, blocks: [text(words('Connections: '), unmeasured(why))] };
  }
  const groups = groupedBy(played, ({ cell, record }) =>
    JSON.stringify([cell.scenario, cell.stack, cell.parameters, record.workload['agents']]),
  );
  const head = [
    'stack',
    'agents',
    'concurrent WebSockets',
    'open at the end',
    'connected, p99',
    'delivery p99',
    'deliveries a second',
    'lost',
    'memory of each',
    'verdict',
    'seed report recommended',
  ];
  const rows = [...groups.values()].map((cells) => {
    const one = cells[0] as Played;
    const recommended = approaches.findLast(({ connections }) => connections <= connectionsOf(one));
    const sources = cells.map((each) => sourceOf(each, 'verdict of the cell'));
    return [
      words(one.cell.stack),
      words(`${workloadOf(one, 'agents')}`),
      words(`${connectionsOf(one)}`),
      numberOf(cells, subject('connections_open')),
      numberOf(cells, subject('connect_ms', 'p(99)')),
      numberOf(cells, subject('ws_delivery_ms', 'p(99)')),
      numberOf(cells, subject('ws_deliveries_per_s')),
      numberOf(cells, subject('ws_lost')),
      numberOf(cells, subject('memory_per_connection_kb')),
      measured(one.record.verdict, sources, one.record.verdict),
      words(recommended?.approach ?? ''),
    ];
  });
  return { title, blocks: [table('Clients with a WebSocket each, through the gateways', head, rows)] };
}
