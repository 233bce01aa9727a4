/** A bus that does everything right and takes as long as it is told to: what a gate is to find is exactly what is asked for here. */
import type { BusAdapter } from '../../../adapters/adapter.ts';
import { memoryBus } from '../../../adapters/memory/index.ts';
import { readOptions } from '../../../adapters/options.ts';
import type { Bus } from '../../../core/bus.ts';
import { type Clock, systemClock } from '../../../core/clock.ts';
import { decorateBus, everyNth } from '../decorate.ts';
import { slowMachine } from './slow-machine.ts';

const milliseconds = { default: 0, min: 0, max: 60_000 } as const;
const options = {
  sleepMs: { ...milliseconds, meaning: 'waited before each publish is taken' },
  tailMs: { ...milliseconds, meaning: 'waited in addition before every 50th' },
  ackMs: {
    ...milliseconds,
    meaning: 'waited before a publish is acknowledged, when it is delivered long since',
  },
  work: {
    default: 0,
    min: 0,
    max: 1_000_000,
    meaning: 'CPU spent on each publish, in units of some microseconds',
  },
  hogs: { default: 0, min: 0, max: 16, meaning: 'processes that take the CPU of the cell away from it' },
  exitAfter: {
    default: 0,
    min: 0,
    max: 1_000_000,
    meaning: 'publishes after which the process of the cell ends; 0: never',
  },
} as const;

type Slowness = { readonly [option in keyof typeof options]: number };

/** 2 of 100 publishes. */
const tailEvery = 50;

export const bus: BusAdapter = {
  ...memoryBus,
  name: 'slowed',
  options,
  async open(place) {
    const slowness = readOptions('slowed bus', options, place.options);
    const connection = await memoryBus.open({ ...place, options: {} });
    const port = slowed(connection.port, slowness, place.clock ?? systemClock);
    const quicken = slowness.hogs > 0 ? slowMachine(slowness.hogs) : () => {};
    const close = async (): Promise<void> => {
      quicken();
      await connection.close();
    };
    return { ...connection, port, close, facts: { ...connection.facts, ...slowness } };
  },
};

function slowed(port: Bus, { sleepMs, tailMs, ackMs, work, exitAfter }: Slowness, clock: Clock): Bus {
  const inTail = everyNth(tailEvery);
  const isLast = exitAfter > 0 ? everyNth(exitAfter) : () => false;
  return decorateBus(port, {
    async publish(messages, forward) {
      if (isLast()) process.exit(1);
      if (work > 0) spend(work);
      const waitMs = sleepMs + (tailMs > 0 && inTail() ? tailMs : 0);
      if (waitMs > 0) await clock.sleep(waitMs);
      await forward(messages);
      if (ackMs > 0) await clock.sleep(ackMs);
    },
  });
}

const unit = 2_000;
let spent = 1;

/** Work, not time: on a machine that is half as fast it takes twice as long. */
function spend(units: number): void {
  for (let step = units * unit; step > 0; step--) spent = Math.imul(spent ^ step, 0x5bd1e995);
}
