import { type Connections, type Scenario, socketsOf } from '../scenarios/scenario.ts';
import type { Path } from './tree.ts';

type Report = (path: Path, what: string) => void;

const isMissing = 'needs a gateway, and driver embedded has none (allowed: driver http or websocket)';

/** Whether what is said of gateways and of connections fits a scenario that has them, and each other. */
export function checkGateways(scenario: Scenario, report: Report): void {
  const { driver, gateways = 1, faults = [], workload } = scenario;
  const { connections } = workload;
  const hasGateway = driver !== undefined;
  if (gateways > 1 && !hasGateway) report(['gateways'], isMissing);
  if (connections !== undefined) {
    if (!hasGateway) report(['workload', 'connections'], isMissing);
    checkSlow(connections, workload.phases, report);
  }
  for (const [index, { on }] of faults.entries()) {
    if (on === 'gateway' && gateways < 2)
      report(['faults', index, 'on'], 'is the last of several gateways; the only one is part of node');
  }
}

function checkSlow(connections: Connections, phases: Scenario['workload']['phases'], report: Report): void {
  const { slow, standStillMs } = connections;
  if (slow === 0) return;
  const path = ['workload', 'connections'];
  const { withClients } = socketsOf(connections);
  const measuredMs = phases.reduce((sum, { warmup, forMs }) => sum + (warmup ? 0 : forMs), 0);
  if (slow > withClients)
    report([...path, 'slow'], `is more than there are WebSockets with clients, ${withClients}`);
  if (measuredMs > 0 && standStillMs > measuredMs)
    report([...path, 'standStill'], `is longer than the measured time, ${measuredMs} ms`);
}
