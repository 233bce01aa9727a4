import type { Message } from '../../../core/message.ts';
import { expectEqual } from '../expect.ts';
import { type BusTest, channel, labels, messages, record, recorder, settle } from './kit.ts';

const redelivers = {
  needs: 'redelivery',
  applies: (traits: { readonly redelivers: boolean }) => traits.redelivers,
} as const;

/** Fails the first calls, each in its own way. */
function failing(how: (error: Error) => void | Promise<void>, times: number) {
  const calls: string[][] = [];
  const recording = recorder((batch) => {
    calls.push(labels(batch));
    return calls.length <= times ? how(new Error(`failure ${calls.length}`)) : undefined;
  });
  return { calls, ...recording };
}

const fashions = {
  throws: (error: Error): void => {
    throw error;
  },
  rejects: (error: Error): Promise<void> => Promise.reject(error),
} as const;

export const redeliveryTests: readonly BusTest[] = [
  ...Object.entries(fashions).map(
    ([fashion, how]): BusTest => ({
      name: `redelivery: a handler that ${fashion} gets the same messages again, and none is skipped`,
      meaning: 'An error in a handler loses the event.',
      ...redelivers,
      async run(context) {
        const { port } = await context.open();
        const { calls, seen, handler } = failing(how, 3);
        await port.subscribe(channel, {}, handler);
        const sent = messages(30);
        await port.publish(channel, sent.slice(0, 10));
        await context.until('the first failure', () => calls.length > 0);
        await port.publish(channel, sent.slice(10));
        await context.until('delivery', () => seen.length >= sent.length);
        await settle(context);
        expectEqual('handled in the end', labels(seen), labels(sent));
        const [first] = calls as [string[]];
        for (const again of calls.slice(1, 4)) {
          expectEqual('what was handed over again', again.slice(0, first.length), first);
        }
      },
    }),
  ),
  {
    name: 'redelivery: a handler that fails does not hold up other subscribers',
    meaning: 'One broken subscriber stops the whole system.',
    async run(context) {
      const { port } = await context.open();
      let stop = false;
      const broken = recorder(() => {
        if (!stop) throw new Error('broken');
      });
      const brokenSubscription = await port.subscribe(channel, {}, broken.handler);
      const { seen } = await record(port);
      const sent: Message[] = messages(50);
      for (let from = 0; from < sent.length; from += 10)
        await port.publish(channel, sent.slice(from, from + 10));
      await context.until('delivery to the other', () => seen.length >= sent.length);
      expectEqual('what the other got', labels(seen), labels(sent));
      stop = true;
      await context.within('close of the failing subscription', brokenSubscription.close());
    },
  },
];
