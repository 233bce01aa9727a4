import { createGate } from '../../chaos/gate.ts';
import type { Surroundings } from '../../chaos/target.ts';
import type { Clock } from '../../core/clock.ts';
import { linkedParts, StackLinks } from '../run/links.ts';
import type { UndoStack } from '../run/undo.ts';
import type { Scenario } from '../scenario.ts';
import { Sender } from './sender.ts';
import type { HttpTarget } from './target.ts';

/** Somebody's service, as it is reached in a cell. */
export interface OpenTarget {
  readonly sender: Sender;
  /** Where it is reached: over a link, where a fault is to be done to that. */
  readonly url: string;
  readonly surroundings: Surroundings;
}

/** A link before it, where a fault names one, and who asks. What it opens it pushes onto `undo`. */
export async function openTarget(
  { origin }: HttpTarget,
  { faults = [], workload }: Scenario,
  site: {
    readonly clock: Clock;
    readonly undo: UndoStack;
    readonly linkSeed: number;
    readonly directory: string;
  },
): Promise<OpenTarget> {
  const { clock, undo, linkSeed, directory } = site;
  const links = new StackLinks(linkedParts(faults, false), linkSeed, undo);
  const { protocol } = new URL(origin);
  const reached = await links.through('target', protocol.replace(':', ''), { url: origin });
  const url = reached?.url ?? origin;
  const at = new URL(url);
  const usualPort = protocol === 'https:' ? 443 : 80;
  const sender = new Sender({
    origin,
    at: { host: at.hostname.replace(/^\[|\]$/g, ''), port: Number(at.port || usualPort) },
    deadlineMs: workload.deadlineMs,
    clock,
  });
  undo.push('close connections', async () => sender.close());
  // There is nothing else that a fault could be done to.
  const stillClock = { adjust: () => undefined, wrongByMs: () => 0 };
  const nothing = { servers: {}, writers: [], orchestratorClock: stillClock, gate: createGate() };
  return { sender, url, surroundings: { ...nothing, clock, directory, links: links.made } };
}
