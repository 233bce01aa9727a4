import * as assert from 'uvu/assert';
import type { FaultKind, FaultOptions, Injection } from '../../chaos/fault.ts';
import { findFault } from '../../chaos/table.ts';
import type { Target } from '../../chaos/target.ts';
import { systemClock } from '../../core/clock.ts';
import { createRandom } from '../../core/random.ts';
import { until } from '../bin/command-line.ts';

/** A fault of the table, ready; options that are not given have their defaults. */
export async function prepareFault(
  name: string,
  target: Target,
  given: FaultOptions = {},
): Promise<Injection> {
  const kind = findFault(name) as FaultKind;
  const defaults = Object.entries(kind.options).map(([option, { default: value }]) => [option, value]);
  const options = { ...Object.fromEntries(defaults), ...given };
  assert.is((await kind.unsupported?.(target, options)) ?? null, null, `${name} can be done here`);
  return kind.prepare(target, options, { clock: systemClock, random: createRandom(1) });
}

/**
 * Holds a fault to what every fault must do: nothing before it is injected, seen in force after, gone once healed, and
 * nothing at all when its injection is left out. `during` is what a bystander sees of it meanwhile.
 */
export async function observableThenGone(
  name: string,
  target: Target,
  given: FaultOptions = {},
  during: () => Promise<void> = async () => undefined,
): Promise<void> {
  const idle = await prepareFault(name, target, given);
  assert.is(await idle.inForce(), false, `${name} is not in force without its injection`);
  const injection = await prepareFault(name, target, given);
  try {
    await injection.inject();
    await seen(`${name} is in force`, () => injection.inForce());
    await during();
  } finally {
    await injection.heal();
  }
  await seen(`${name} is gone`, () => injection.healed());
  await injection.heal();
}

/** Asks again and again, as long as a slow machine may need. */
async function seen(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  let answer = false;
  let asking = false;
  await until(what, () => {
    if (!asking && !answer) {
      asking = true;
      void Promise.resolve(look()).then((said) => {
        [answer, asking] = [said, false];
      });
    }
    return answer;
  });
}
