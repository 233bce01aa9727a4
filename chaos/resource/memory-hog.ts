import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { FaultKind } from '../fault.ts';
import { needsProc } from '../process/ending.ts';

export const memoryHog: FaultKind = {
  name: 'memory-hog',
  meaning: 'Our own process holds memory and uses every page of it.',
  targets: ['process'],
  options: {
    size: { type: 'size', min: 1e6, max: 64e9, default: 200e6, meaning: 'how much' },
  },
  unsupported(_target, { size }) {
    if ((size as number) > 0.8 * freemem()) return `this machine has not that much memory free`;
    return needsProc();
  },
  prepare(_target, { size }) {
    let ballast: ArrayBuffer | null = null;
    let before = 0;
    return {
      undo: [],
      async inject() {
        before = residentBytes();
        ballast = new ArrayBuffer(size as number);
        // Only what is written to is really there.
        const bytes = new Uint8Array(ballast);
        for (let at = 0; at < bytes.length; at += 4096) bytes[at] = 1;
      },
      async heal() {
        // Given back now, and not when somebody collects.
        ballast?.transfer(0);
        ballast = null;
      },
      inForce: () => before > 0 && residentBytes() - before >= 0.8 * (size as number),
      healed: () => before === 0 || residentBytes() - before < 0.5 * (size as number),
    };
  },
};

/** What of our process is in memory, by the kernel's account. */
function residentBytes(): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return 1024 * Number(kib ?? 0);
}
