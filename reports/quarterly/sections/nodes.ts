import { type Datum, measured, type Section, table, text, unmeasured, words } from '../document.ts';
import {
  type Evidence,
  groupedBy,
  numberOf,
  type Played,
  plainValue,
  sourceOf,
  subject,
  withoutProbesOf,
} from '../evidence.ts';

const howMany = 'nodes of the record, under environment.orchestrator';

interface Nodes {
  readonly nodes?: number;
  readonly oversubscribed?: boolean;
}

const nodesOf = ({ record }: Played): Nodes => (record.environment['orchestrator'] ?? {}) as Nodes;

/** What several orchestrators on one stack get done together, and how soon they take over from one that is gone. */
export function nodeSection(evidence: Evidence): Section {
  const title = 'Orchestrator nodes';
  const all = withoutProbesOf(evidence);
  const several = all.filter((one) => (nodesOf(one).nodes ?? 1) > 1);
  if (several.length === 0) {
    const why = 'no run had several nodes: testbed run --suite nodes';
    return { title, blocks: [text(words('Nodes: '), unmeasured(why))] };
  }
  // Beside them what one node does in the same scenario.
  const scenarios = new Set(several.map(({ cell }) => cell.scenario));
  const played = all.filter(({ cell }) => scenarios.has(cell.scenario));
  const groups = groupedBy(played, ({ cell }) =>
    JSON.stringify([cell.scenario, cell.stack, cell.parameters ?? {}]),
  );
  const head = [
    'scenario',
    'stack',
    'nodes',
    'events a second',
    'spawn, average',
    'delivery p99, same node',
    'another node',
    'taken over after',
    'lost',
    'CPU of nodes',
    'of servers',
    'of the load',
    'verdict',
  ];
  const rows = [...groups.values()].map((cells) => {
    const one = cells[0] as Played;
    const rest = Object.entries(one.cell.parameters ?? {}).filter(([field]) => field !== 'nodes');
    const values = rest.map(([field, value]) => `${field}=${plainValue(value)}`);
    return [
      words([one.cell.scenario, ...values].join(' ')),
      words(one.cell.stack),
      countOf(one, cells),
      numberOf(cells, subject('events_per_s')),
      numberOf(cells, subject('spawn_ms', 'avg')),
      numberOf(cells, subject('event_delivery_same_node_ms', 'p(99)')),
      numberOf(cells, subject('event_delivery_cross_node_ms', 'p(99)')),
      numberOf(cells, subject('takeover_ms')),
      numberOf(cells, subject('lost_acked')),
      numberOf(cells, subject('node_cpu_s')),
      numberOf(cells, subject('server_cpu_s')),
      numberOf(cells, subject('generator_cpu_pct')),
      measured(
        one.record.verdict,
        cells.map((each) => sourceOf(each, 'verdict of the cell')),
        one.record.verdict,
      ),
    ];
  });
  const note =
    'Each node is a process of its own. More of them than the machine has cores are oversubscribed: what they get done together is then bounded by the machine.';
  return { title, blocks: [text(words(note)), table('Several nodes on one stack', head, rows)] };
}

function countOf(one: Played, cells: readonly Played[]): Datum {
  const { nodes = 1, oversubscribed = false } = nodesOf(one);
  const sources = cells.map((each) => sourceOf(each, howMany));
  return measured(`${nodes}${oversubscribed ? ', oversubscribed' : ''}`, sources);
}
