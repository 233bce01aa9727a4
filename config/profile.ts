import type { FaultOrder } from '../chaos/timeline.ts';
import type { Phase, Scenario } from '../scenarios/scenario.ts';
import { find, type MappingNode, merge, without } from './tree.ts';

/** `full` is the scenario as written; `quick` the same in seconds. */
export type Profile = 'quick' | 'full';

export const profiles: readonly Profile[] = ['quick', 'full'];

/** What the phases come to at most under `quick`, where the scenario does not say it itself. */
const quick = { warmupMs: 1000, measuredMs: 5000 };

/** The document as it stands under a profile: what the profile says of the workload laid over it. */
export function applyProfile(tree: MappingNode, profile: Profile): MappingNode {
  const changes = find(tree, ['profiles', profile])?.node;
  const workload = tree.entries.get('workload');
  const plain = without(tree, 'profiles');
  if (changes === undefined || workload === undefined) return plain;
  const merged = { ...workload, value: merge(workload.value, changes) };
  return { ...plain, entries: new Map(plain.entries).set('workload', merged) };
}

/** Whether the phases are to be shortened, because the scenario has none of its own for `quick`. */
export function needsShortening(tree: MappingNode, profile: Profile): boolean {
  return profile === 'quick' && find(tree, ['profiles', 'quick', 'phases']) === null;
}

/** The same phases and faults in the same proportions, warm-up and measured time each no longer than `quick` has it. */
export function shorten(scenario: Scenario): Scenario {
  const { workload, faults } = scenario;
  const total = (warmup: boolean): number =>
    workload.phases.reduce((sum, phase) => sum + (phase.warmup === warmup ? phase.forMs : 0), 0);
  const warmupShare = Math.min(1, quick.warmupMs / total(true));
  const measuredShare = Math.min(1, quick.measuredMs / total(false));
  const phases = workload.phases.map((phase): Phase => {
    const share = phase.warmup ? warmupShare : measuredShare;
    return { ...phase, forMs: Math.max(1, Math.round(phase.forMs * share)) };
  });
  const spawnOverMs = Math.round(workload.spawnOverMs * measuredShare);
  return {
    ...scenario,
    workload: { ...workload, phases, spawnOverMs },
    ...(faults && { faults: faults.map((fault) => sooner(fault, measuredShare)) }),
  };
}

/** What a fault does stays as it is; when and how long follows the phases. */
function sooner(fault: FaultOrder, share: number): FaultOrder {
  const { atMs, forMs } = fault;
  return {
    ...fault,
    atMs: Math.floor(atMs * share),
    forMs: forMs === null ? null : Math.floor(forMs * share),
  };
}
