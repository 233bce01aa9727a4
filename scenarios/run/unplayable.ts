import { unfitForK6 } from '../drivers/k6/unfit.ts';
import { uncopied } from '../load/agent-copy.ts';
import { unhosted } from '../node/unhosted.ts';
import type { Scenario } from '../scenario.ts';
import { unshared } from '../workers/unshared.ts';
import { unsupportedBy } from './open-stack.ts';
import { unreplicated } from './replicas.ts';
import type { CellContext } from './run-cell.ts';
import { type Harmed, unharmable } from './unharmable.ts';

/** A stack as far as it has to be known to tell what can be played on it. */
export type PlayedOn = Pick<CellContext, 'bus' | 'storage' | 'ownStorage'> & Pick<Harmed, 'given'>;

type Asked = Pick<
  Scenario,
  | 'target'
  | 'durability'
  | 'replicas'
  | 'workload'
  | 'faults'
  | 'random'
  | 'search'
  | 'nodes'
  | 'load'
  | 'driver'
  | 'gateways'
>;

/** Why a scenario cannot be played on this stack, whatever the machine allows; null when it can. Nothing is started to know. */
export function unplayable(asked: Asked, stack: PlayedOn): string | null {
  if (asked.target !== undefined) return null;
  return unfit(asked, stack) ?? unharmable(asked.faults ?? [], harmedOf(asked, stack));
}

/** The same, what its faults do to servers and links left aside. */
export function unfit(asked: Asked, { bus, storage, ownStorage, given }: PlayedOn): string | null {
  const { durability, replicas = 0, workload } = asked;
  return (
    unsupportedBy(bus, storage, durability) ??
    unfitForK6(asked) ??
    (replicas > 0 ? unreplicated(storage, given) : null) ??
    (ownStorage ? null : uncopied(workload.looks, storage)) ??
    unhosted(asked, { bus, storage }) ??
    unshared(asked, { bus, storage, ownStorage })
  );
}

/** The stack as its faults find it. */
export function harmedOf({ replicas = 0 }: Asked, { bus, storage, given }: PlayedOn): Harmed {
  return { bus, storage, given, replicas };
}
