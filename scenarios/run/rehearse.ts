import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SystemUnderTest } from '../sut.ts';

/** Agents spawned, worked and forgotten before anything is measured, so that no first use is part of a number. */
const rehearsalAgents = 4;

/**
 * A first spawn, pause, resume and end of a few agents, whose ids begin with `name`: what fails here fails before the load
 * starts. They are spawned together, and live at the same time but a turn apart: what a store opens once calls meet
 * (connections, statements on them) is a first use as well.
 */
export async function rehearse(sut: SystemUnderTest, name = 'rehearsal'): Promise<void> {
  const orders = Array.from({ length: rehearsalAgents }, (_, index) => ({
    id: `${name}-${index + 1}`,
    swarmId: null,
    parentId: null,
    task: { rehearsal: true },
  }));
  await sut.spawn(orders);
  const lives = await Promise.allSettled(orders.map(({ id }, turns) => live(sut, id, turns)));
  for (const life of lives) if (life.status === 'rejected') throw life.reason;
  await sut.forgetEnded?.();
}

async function live(sut: SystemUnderTest, id: string, afterTurns: number): Promise<void> {
  for (let turn = 0; turn < afterTurns; turn++) await nextTurn();
  await sut.pause(id);
  await sut.resume(id);
  await sut.complete(id, null);
}
