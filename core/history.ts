import type { Bus, Subscription } from './bus.ts';
import { eventChannel } from './event.ts';
import type { EventRepository } from './storage.ts';

/** Events kept in storage. */
export interface HistoryOptions {
  /** About this many are kept, the latest; null: all. */
  readonly keep: number | null;
}

/** Looked after each time this share of `keep` was added. */
const pruneShare = 0.1;

/**
 * Writes every event to storage, once for all nodes: they share one consumer group. A batch is acknowledged when it
 * is stored, so that a bus which redelivers leaves no gap. What a node that died had not acknowledged may be written twice.
 */
export async function keepHistory(
  bus: Bus,
  events: EventRepository,
  { keep }: HistoryOptions,
): Promise<Subscription> {
  let unpruned = 0;
  return bus.subscribe(eventChannel, { group: 'history' }, async (messages) => {
    await events.append(messages);
    unpruned += messages.length;
    if (keep === null || unpruned < keep * pruneShare) return;
    unpruned = 0;
    await events.prune(keep);
  });
}
