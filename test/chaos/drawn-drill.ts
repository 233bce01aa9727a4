import type { FaultKind, FaultOption } from '../../chaos/fault.ts';
import { faultTable } from '../../chaos/table.ts';
import type { Random } from '../../core/random.ts';
import { type ScenarioChange, writeScenario } from '../bin/command-line.ts';

/** A drill of many minutes in which faults of several families are in force at once. */
export interface DrawnDrill {
  readonly path: string;
  readonly stack: string;
  readonly faults: readonly string[];
}

/** What a target of each family is called on a stack whose servers are our own. */
const targets: { readonly [kind: string]: string } = {
  server: 'storage.server',
  link: 'bus.link',
  calls: 'bus.calls',
  process: 'process',
  disk: 'disk',
  clock: 'clock',
};
const storages = ['redis', 'postgres'] as const;

/**
 * The drill of one round: with rounds enough every fault of the table is in one. A server has one fault at a time, the
 * others have company of other families. In one round of four it is the orchestrator that has it, in a process of its own,
 * and calls are left alone. `without`: what this machine cannot do.
 */
export function drawDrill(
  folder: string,
  round: number,
  random: Random,
  without: readonly string[],
): DrawnDrill {
  const isOfNode = round % 4 === 3;
  const family = (target: string): readonly FaultKind[] =>
    faultTable.filter(({ targets: all }) => (target === 'node' ? all.includes(target) : all[0] === target));
  const next = (target: string): FaultKind => {
    const all = family(target);
    return all[round % all.length] as FaultKind;
  };
  const struck = next(isOfNode ? 'node' : 'server');
  const storage = struck.technology ?? random.pick(storages);
  const disk = next('disk');
  // Redis is ended by what a full disk does to it; and only Redis says enough for every fault of a link to be seen.
  const isFull = disk.name === 'disk-full' && storage !== 'redis';
  const stack = isFull || storage === 'redis' ? storage : `redis+${storage}`;
  const kinds = [
    ...[struck, next('process'), next('clock')],
    ...(isOfNode ? [] : [next('calls')]),
    ...(isFull ? [disk] : [next('link')]),
    ...(isFull || disk.name === 'disk-full' ? [] : [disk]),
  ];
  const on = (kind: FaultKind): string | undefined => {
    const [target = ''] = kind.targets;
    if (isOfNode && kind === struck) return 'node';
    return isOfNode && target === 'clock' ? 'clock.node' : targets[target];
  };
  const change: ScenarioChange = {
    workload: { transitions: '50/s', phases: [{ name: 'steady', for: '10m' }] },
    stacks: [stack],
    durability: 'power-loss',
    replicas: struck.leadsClients ? 1 : 0,
    faults: kinds
      .map((kind) => orderOf(kind, on(kind), random))
      .filter(({ fault }) => !without.includes(fault)),
  };
  const path = writeScenario(folder, `round-${round}`, change);
  return { path, stack, faults: kinds.map(({ name }) => name).filter((name) => !without.includes(name)) };
}

function orderOf({ name, options }: FaultKind, on: string | undefined, random: Random) {
  const given = Object.entries(options).flatMap(([option, rule]) =>
    rule.default === null ? [[option, mildest(rule)]] : [],
  );
  return {
    at: `${random.integer(0, 600)}ms`,
    fault: name,
    on,
    ...Object.fromEntries(given),
  };
}

/** A value for an option that has none, at which a run still goes on. */
function mildest(rule: FaultOption): string | number {
  if (rule.type === 'duration') return '20ms';
  if (rule.type === 'size') return '100kB';
  if (rule.type === 'number' || rule.type === 'integer') return rule.max;
  throw new Error(`no value for an option of type ${rule.type}`);
}
