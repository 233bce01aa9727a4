import type { Clock } from '../../core/clock.ts';
import type { FaultKind, FaultOptions } from '../fault.ts';
import type { ServerTarget, Successor, Target } from '../target.ts';
import { needsProc, serverOf } from './ending.ts';
import { runs } from './proc.ts';

/** How a failover differs from one technology to another. */
export interface Failover extends Pick<FaultKind, 'name' | 'meaning' | 'options'> {
  readonly technology: string;
  /** What is set on the primary before anything happens. Absent: nothing. */
  settings?(primary: ServerTarget, options: FaultOptions, clock: Clock): Promise<void>;
  /** Whether it is this server who answers at an address, and whether it takes writes. */
  isServedBy(url: string, server: ServerTarget): Promise<boolean>;
}

/** A primary that is lost, and its replica in its place. The primary does not come back: it stays so to the end of the run. */
export function failover({ settings, isServedBy, ...described }: Failover): FaultKind {
  return {
    ...described,
    targets: ['server'],
    momentary: true,
    leadsClients: true,
    options: {
      ...described.options,
      split: {
        type: 'duration',
        min: 0,
        max: 30_000,
        default: 0,
        meaning: 'how long the primary goes on serving its clients after its replica has taken over',
      },
    },
    unsupported(target) {
      if (target.kind === 'server' && target.successor === undefined)
        return 'it has no replica that could take its place (replicas: 1)';
      return needsProc();
    },
    prepare(target, options, { clock }) {
      const primary = serverOf(target);
      const { server: successor, ways } = successorOf(target);
      const { pid } = primary;
      const isLed = async (): Promise<boolean> => {
        const served = ways.map((way) => isServedBy(urlOver(way.address, primary), successor));
        return (await Promise.all(served)).every(Boolean);
      };
      return {
        // It is about servers of our own, which end with the run.
        undo: [],
        async inject() {
          const split = options['split'] as number;
          await settings?.(primary, options, clock);
          if (split > 0) {
            await successor.promote();
            await clock.sleep(split);
          }
          await primary.kill();
          if (split === 0) await successor.promote();
          const { hostname: host, port } = new URL(successor.address.url);
          await Promise.all(ways.map((way) => way.lead({ host, port: Number(port) })));
        },
        heal: async () => undefined,
        inForce: async () => !runs(pid) && (await isLed()),
        healed: isLed,
      };
    },
  };
}

function successorOf(target: Target): Successor {
  if (target.kind === 'server' && target.successor !== undefined) return target.successor;
  throw new TypeError('a failover was given nobody to take over');
}

/** As a client of the primary that comes over a link. */
function urlOver(
  { host, port }: { readonly host: string; readonly port: number },
  { address }: ServerTarget,
): string {
  const url = new URL(address.url);
  url.host = `${host}:${port}`;
  return url.href;
}
