/** The peer of the saturation: one bare EventEmitter, 10 trivial listeners, nothing counted but their own calls. */
import { EventEmitter } from 'node:events';

const listeners = 10;
const forMs = 2500;
const warmUpMs = 500;

const emitter = new EventEmitter();
const calls = new Float64Array(listeners);
for (let listener = 0; listener < listeners; listener++) {
  emitter.on('event', () => {
    (calls[listener] as number)++;
  });
}

/** Emits for so long; events a second. */
function emitFor(ms: number): number {
  const startedMs = performance.now();
  let sent = 0;
  let nowMs = startedMs;
  while (nowMs - startedMs < ms) {
    for (let index = 0; index < 10_000; index++)
      emitter.emit('event', { key: 'agent', sequence: sent + index });
    sent += 10_000;
    nowMs = performance.now();
  }
  return sent / ((nowMs - startedMs) / 1000);
}

emitFor(warmUpMs);
process.stdout.write(JSON.stringify({ eventsPerS: emitFor(forMs), calls: [...calls] }));
