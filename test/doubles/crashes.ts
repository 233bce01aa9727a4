import type { Bus } from '../../core/bus.ts';
import type { Clock } from '../../core/clock.ts';
import { TestbedError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import { decorateBus } from './decorate.ts';

/** When the bus crashes: after this many publishes, and again after as many more. */
const publishesBetween = 100;
/** Publishes that gather before they are held. */
const gathers = 8;

interface Gathered {
  readonly messages: readonly Message[];
  readonly forward: (messages: readonly Message[]) => Promise<void>;
  readonly answer: { readonly held: () => void; readonly lost: (error: Error) => void };
}

/**
 * A bus that gathers publishes and writes a few of them at a time, and crashes now and then with some still gathered.
 * Its healthy side: a publish is acknowledged when it has been written, and rejected when it was lost.
 */
export function crashesHonestly(bus: Bus, clock: Clock): Bus {
  let gathered: Gathered[] = [];
  let publishes = 0;
  let before = Promise.resolve();
  const writeAll = async (): Promise<void> => {
    const writing = gathered;
    gathered = [];
    for (const { messages, forward, answer } of writing) {
      await forward(messages).then(answer.held, answer.lost);
    }
  };
  // One after another: what is written keeps its order.
  const write = (): void => {
    before = before.then(writeAll);
  };
  return decorateBus(bus, {
    publish(messages, forward) {
      return new Promise<void>((held, lost) => {
        gathered.push({ messages, forward, answer: { held, lost } });
        if (++publishes % publishesBetween === 0) {
          const gone = gathered;
          gathered = [];
          for (const { answer } of gone) answer.lost(new TestbedError('UNAVAILABLE', 'the bus crashed'));
        } else if (gathered.length >= gathers) write();
        else clock.after(5, write);
      });
    },
  });
}

/** The same, but it acknowledges a publish as soon as it has gathered it: what a crash takes was promised to be held. */
export function acknowledgesBeforeItHolds(bus: Bus, clock: Clock): Bus {
  const honest = crashesHonestly(bus, clock);
  return {
    subscribe: (channel, options, handler) => honest.subscribe(channel, options, handler),
    async publish(channel, messages) {
      honest.publish(channel, messages).catch((error: unknown) => {
        if (!(error instanceof TestbedError)) throw error;
      });
    },
  };
}
