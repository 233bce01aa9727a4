import type { FaultKind } from '../fault.ts';
import { exchange, type Question } from '../network/exchange.ts';
import { askRedis, redisOf } from './ask.ts';

/** Longer than any load plays; the heal ends it. */
const longMs = 86_400_000;
const patienceMs = 100;

/** Counts as a write, and changes nothing. */
const write: Question = {
  sends: Buffer.from('*3\r\n$7\r\nPUBLISH\r\n$13\r\ntestbed.probe\r\n$1\r\nx\r\n'),
  answerBytes: ':0\r\n'.length,
};
const read: Question = { sends: Buffer.from('*1\r\n$4\r\nPING\r\n'), answerBytes: '+PONG\r\n'.length };

export const redisPause: FaultKind = {
  name: 'redis-pause',
  meaning: 'Redis keeps every write waiting (CLIENT PAUSE WRITE); reads go on.',
  targets: ['server'],
  technology: 'redis',
  options: {},
  prepare(target, _options, { clock }) {
    const server = redisOf(target);
    const { hostname: host, port } = new URL(server.address.url);
    const ask = async (question: Question): Promise<boolean> => {
      const { outcome } = await exchange({ host, port: Number(port) }, question, patienceMs, clock);
      return outcome === 'answered';
    };
    return {
      undo: [],
      async inject() {
        await askRedis(server, (redis) => redis.client('PAUSE', longMs, 'WRITE'));
      },
      async heal() {
        await askRedis(server, (redis) => redis.client('UNPAUSE'));
      },
      async inForce() {
        const [writes, reads] = await Promise.all([ask(write), ask(read)]);
        return reads && !writes;
      },
      healed: () => ask(write),
    };
  },
};
