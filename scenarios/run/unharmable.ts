import type { Adapter } from '../../adapters/adapter.ts';
import { findFault } from '../../chaos/table.ts';
import { type Part, parseTarget } from '../../chaos/target-name.ts';
import type { FaultOrder } from '../../chaos/timeline.ts';
import type { GivenAddresses } from './provision.ts';

/** A stack as far as it has to be known to tell what can be done to it. */
export interface Harmed {
  readonly bus: Adapter<unknown>;
  readonly storage: Adapter<unknown>;
  readonly given: GivenAddresses;
  readonly replicas: number;
}

/** Why a fault cannot be done to this stack, whatever the machine allows; null when all can. Nothing is started to know. */
export function unharmable(orders: readonly FaultOrder[], stack: Harmed): string | null {
  for (const order of orders) {
    const reason = reasonAgainst(order, stack);
    if (reason !== null) return `fault ${order.fault} on ${order.on}: ${reason}`;
  }
  return null;
}

/** The same of one fault, without its name. */
export function reasonAgainst({ fault, on }: Pick<FaultOrder, 'fault' | 'on'>, stack: Harmed): string | null {
  const target = parseTarget(on);
  if (target.kind !== 'server' && target.kind !== 'link') return null;
  const { part } = target;
  if ((part === 'replica' || part === 'replication') && stack.replicas === 0)
    return 'the scenario asks for no replicas';
  const { name, server: technology } = adapterOf(part, stack);
  if (technology === undefined) return `${part} ${name} lives in our own process and has no server`;
  if (target.kind === 'server' && stack.given[technology] !== undefined)
    return `the ${technology} server is somebody's, and not ours to harm`;
  const only = findFault(fault)?.technology;
  if (only !== undefined && only !== technology) return `it is done by a ${only} server, and ${on} is none`;
  return null;
}

function adapterOf(part: Part, { bus, storage }: Harmed): Adapter<unknown> {
  return part === 'bus' ? bus : storage;
}
