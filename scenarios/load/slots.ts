import type { SpawnOrder } from '../sut.ts';
import type { Member } from './member.ts';
import type { Group } from './swarms.ts';

/** A place in the population, always worked by one agent. */
export interface Slot {
  generation: number;
  /** The agent that works in this slot now; null until its first one runs. */
  member: Member | null;
  swarmId: string | null;
  parentSlot: number | null;
  /** A spawn for this slot is under way. */
  filling: boolean;
}

/** The places of a population, and who works in them. */
export class Slots {
  readonly #slots: readonly Slot[];

  constructor(count: number) {
    this.#slots = Array.from({ length: count }, () => ({
      generation: 0,
      member: null,
      swarmId: null,
      parentSlot: null,
      filling: false,
    }));
  }

  get size(): number {
    return this.#slots.length;
  }

  get filled(): number {
    return this.#slots.filter(({ member }) => member !== null).length;
  }

  at(index: number): Slot {
    return this.#slots[index] as Slot;
  }

  /** The agent of a slot, or of the next slot that has one that fits; null when there is none at all. */
  find(from: number, fits: (member: Member) => boolean): Member | null {
    for (let step = 0; step < this.#slots.length; step++) {
      const { member } = this.at((from + step) % this.#slots.length);
      if (member !== null && fits(member)) return member;
    }
    return null;
  }

  /** These slots are a swarm of their own from now on, or belong to none; generations are counted from there. */
  join({ swarmId, places }: Group): readonly number[] {
    for (const { slot, parentSlot } of places)
      Object.assign(this.at(slot), { swarmId, parentSlot, generation: 0 });
    return places.map(({ slot }) => slot);
  }

  /** The order for a new agent, `together` with which others are spawned: its parent may be one of them. */
  orderFor({ id, slot }: Member, together: readonly Member[]): SpawnOrder {
    const { swarmId, parentSlot } = this.at(slot);
    const parent =
      parentSlot === null
        ? null
        : (together.find((member) => member.slot === parentSlot) ?? this.at(parentSlot).member);
    return {
      id,
      swarmId,
      parentId: parent === null || parent.state === 'ended' ? null : parent.id,
      task: { slot },
    };
  }
}
