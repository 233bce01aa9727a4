import type { Announcements } from './announcements.ts';
import type { Session } from './session.ts';

/** The parts of a load of which something can be under way. */
type Parts = Pick<
  Session,
  'events' | 'messages' | 'population' | 'readers' | 'chains' | 'audience' | 'eventLedger' | 'messageLedger'
>;

/** What a load that is played in our own process still waits for. */
export class UnderWay {
  readonly #load: Parts;
  readonly #announcements: Announcements;

  constructor(load: Parts, announcements: Announcements) {
    this.#load = load;
    this.#announcements = announcements;
  }

  /** (event, subscriber) and (message, agent) pairs sent and not yet delivered, refused or in doubt. */
  outstanding(): number {
    const { eventLedger, messageLedger } = this.#load;
    return eventLedger.outstanding() + messageLedger.outstanding();
  }

  /** What has no answer yet. */
  get open(): { readonly sends: number; readonly operations: number; readonly reads: number } {
    const { events, messages, population, readers } = this.#load;
    return {
      sends: events.inFlight + messages.inFlight,
      operations: population.pending,
      reads: readers.pending,
    };
  }

  /** Nothing is under way any more. */
  get quiet(): boolean {
    const { chains, audience } = this.#load;
    const { sends, operations, reads } = this.open;
    if (sends + operations + reads > 0) return false;
    if (audience.witnessed && this.#announcements.missing > 0) return false;
    return (chains === null || chains.complete || chains.links === 0) && this.outstanding() === 0;
  }

  arrived(): number {
    const { eventLedger, messageLedger, chains } = this.#load;
    const rows = [...eventLedger.rows, ...messageLedger.rows];
    const deliveries = rows.reduce((sum, row) => sum + row.accounted, 0);
    return deliveries + (chains?.links ?? 0) + this.#announcements.seen;
  }

  describe(): string {
    const { chains, audience } = this.#load;
    return inWords({
      ...this.open,
      deliveries: this.outstanding(),
      starts: audience.witnessed ? this.#announcements.missing : 0,
      chains: chains === null || chains.links === 0 ? 0 : chains.wanted - chains.done,
    });
  }
}

/** What is under way, of which there is any. */
export function inWords(left: {
  readonly deliveries: number;
  readonly sends: number;
  readonly operations: number;
  readonly reads: number;
  readonly starts: number;
  readonly chains: number;
}): string {
  const words = [
    [left.deliveries, 'deliveries'],
    [left.sends, 'sends without an answer'],
    [left.operations, 'operations'],
    [left.reads, 'reads'],
    [left.starts, 'starts not seen'],
    [left.chains, 'chains'],
  ] as const;
  return words
    .filter(([count]) => count !== 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}
