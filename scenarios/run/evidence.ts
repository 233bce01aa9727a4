import type { FaultRecord, RunRecord } from '../../reports/record.ts';
import type { Threshold } from '../../reports/threshold.ts';
import type { Evidence } from '../checks/check.ts';
import { announcementsIn } from './announcements.ts';
import type { Played } from './play.ts';
import type { CellContext } from './run-cell.ts';

/** Within how many ms of a heal a system is back, unless the scenario says it, and for how many windows in a row. */
export const recovered = { withinMs: 5000, windows: 10 };

/** What a played cell left behind, as the checks want it. */
export function evidenceOf(
  { cell, bus, storage }: CellContext,
  played: Played,
  faults: readonly FaultRecord[],
  series: RunRecord['series'],
): Evidence {
  const { load, state, control, ended } = played;
  const { durability, thresholds, workload } = cell.scenario;
  const { dualWrite, outbox = 'memory' } = workload.orchestrator ?? {};
  const { order, replay, redelivers } = bus.traits;
  return {
    events: load.eventLedger,
    messages: load.messageLedger,
    cellStartMs: played.startedAtMs,
    loadStartMs: played.startMs,
    order,
    promises: {
      durability,
      bus: { replay, redelivers, embedded: bus.serve === undefined },
      storage: { embedded: storage.serve === undefined },
      forgetsUntold: dualWrite === 'sweep' && outbox === 'memory',
    },
    faults,
    series,
    rules: thresholds,
    recovery: { ...recovered, withinMs: deadlineIn(thresholds) },
    control,
    agents: state.agents,
    owners: played.owners,
    ...announcementsIn(control),
    witnessed: load.audience.witnessed && (played.dropped ?? 0) === 0,
    indexDifferences: state.indexDifferences,
    indexLookups: state.indexLookups,
    stillArriving: ended.stillArriving,
    backlog: played.backlog,
    chains:
      load.chains === null
        ? null
        : { wanted: load.chains.wanted, done: load.chains.done, links: load.chains.links },
  };
}

/** By when the scenario wants it to be back after a heal: the bound on that number. */
function deadlineIn(rules: readonly Threshold[]): number {
  const bounds = rules.flatMap(({ metric, pass }) => (metric === 'heal_recovery_ms' ? pass : []));
  return Math.min(...(bounds.length > 0 ? bounds.map(({ limit }) => limit) : [recovered.withinMs]));
}
