import type { GatewaySettings } from '../scenarios/scenario.ts';
import type { GatewayFile } from './scenario-file.ts';
import { parseSize } from './units.ts';

/** What a scenario says of its gateways, every unit a number. */
export function resolveGateway({ slow, queue, maxConnections }: GatewayFile): GatewaySettings {
  return { ...(slow && { slow }), queueBytes: parseSize(queue), maxConnections };
}
