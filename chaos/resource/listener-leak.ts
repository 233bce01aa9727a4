import type { FaultKind } from '../fault.ts';

const event = 'testbed-leak';
const everyMs = 10;
const bytesOfNumber = 8;

export const listenerLeak: FaultKind = {
  name: 'listener-leak',
  meaning: 'Something in our own process adds listeners and never takes one away, each with what it holds.',
  targets: ['process'],
  options: {
    rate: { type: 'number', min: 1, max: 100_000, default: 100, meaning: 'listeners a second' },
    holds: { type: 'size', min: 0, max: 1e6, default: 1000, meaning: 'what each keeps from being collected' },
  },
  prepare(_target, { rate, holds }, { clock }) {
    const usual = process.getMaxListeners();
    let cancel: (() => void) | null = null;
    let owed = 0;
    const leak = (): void => {
      for (owed += ((rate as number) * everyMs) / 1000; owed >= 1; owed--) {
        // Numbers lie in the heap, where a buffer's bytes would not.
        const held = new Array<number>(Math.ceil((holds as number) / bytesOfNumber)).fill(0);
        process.on(event, () => held);
      }
      cancel = clock.after(everyMs, leak);
    };
    return {
      undo: [],
      async inject() {
        process.setMaxListeners(0);
        leak();
      },
      async heal() {
        cancel?.();
        process.removeAllListeners(event);
        process.setMaxListeners(usual);
      },
      inForce: () => process.listenerCount(event) >= 2,
      healed: () => process.listenerCount(event) === 0,
    };
  },
};
