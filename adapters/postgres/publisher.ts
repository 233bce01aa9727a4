import { isTestbedError, messageOf, TestbedError } from '../../core/error.ts';
import { arrayOf } from './arrays.ts';
import type { BusStatements } from './bus-sql.ts';
import { Line } from './line.ts';
import { type Parcel, pack } from './packing.ts';
import type { Lent, Pool } from './pool.ts';

export interface PublisherParts {
  readonly pool: Pool;
  readonly sql: BusStatements;
  readonly channel: number;
  /** Unique among all publishers of all processes. */
  readonly name: string;
  /** Called after each append that the bus holds, with how many messages it had. */
  readonly appended: (messages: number) => void;
}

/** A statement takes publishes until they weigh this much; a larger one goes alone. */
const appendBytes = 1_000_000;

/**
 * Appends to one channel, in the order of the calls. An append whose outcome is unknown may still be under way somewhere
 * between here and the server: before the next one, a fence makes sure that it has happened or never will, so that
 * it cannot come after what was published later.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #line: Line<Parcel>;
  #epoch = 0;
  #isInDoubt = false;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#line = new Line(parts.pool, {
      weight: ({ bytes }) => bytes,
      limit: appendBytes,
      write: (lent, parcels) => this.#append(lent, parcels),
    });
  }

  publish(parcel: Parcel): Promise<void> {
    return this.#line.write(parcel);
  }

  async #append(lent: Lent, parcels: readonly Parcel[]): Promise<void> {
    const { sql, channel, name, appended } = this.#parts;
    if (this.#isInDoubt) await this.#raiseFence(lent);
    const entries = pack(parcels);
    try {
      await lent.run(sql.append, [
        String(channel),
        name,
        String(this.#epoch),
        arrayOf(
          'int4',
          entries.map(({ count }) => count),
        ),
        arrayOf(
          'text',
          entries.map(({ body }) => body),
        ),
      ]);
    } catch (error) {
      this.#isInDoubt = isTestbedError(error, 'TIMEOUT');
      throw error;
    }
    appended(entries.reduce((sum, { count }) => sum + count, 0));
  }

  async #raiseFence(lent: Lent): Promise<void> {
    const { sql, channel, name } = this.#parts;
    try {
      await lent.run(sql.fence, [String(channel), name, String(this.#epoch + 1)]);
    } catch (error) {
      // Whatever became of the fence: what was to be appended behind it was not sent.
      throw new TestbedError('UNAVAILABLE', messageOf(error), { cause: (error as Error).cause });
    }
    this.#epoch++;
    this.#isInDoubt = false;
  }
}
