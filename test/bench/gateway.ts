import autocannon from 'autocannon';
import type { Figure } from './figure.ts';
import { RawSockets } from './raw-sockets.ts';
import { inRounds, pairOf } from './rounds.ts';
import { Served } from './served.ts';

/** Seconds of each side in each round, and connections of the load. */
const [roundS, rounds, connections] = [2, 5, 50];
const [watchers, frames, broadcastRounds] = [200, 100, 7];
const crowd = 5000;
const subscribe = '{"do":"subscribe","channel":"events"}';

/** Answers a second under a load that asks as fast as it is answered. Throws on an answer that is none. */
async function answersPerS(url: string, request: Partial<autocannon.Options> = {}): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({ url, connections, duration: roundS, ...request });
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} refused, ${errors} failed`);
  return requests.average;
}

async function overHttp(gateway: Served): Promise<readonly Figure[]> {
  const hello = await Served.start('hello');
  const base = `http://127.0.0.1:${gateway.port}`;
  const { ours, bare, published } = await inRounds(rounds, {
    ours: () => answersPerS(`${base}/agents/agent-1`),
    bare: () => answersPerS(`http://127.0.0.1:${hello.port}/`),
    published: () =>
      answersPerS(`${base}/events/batch`, { method: 'POST', headers: jsonType, body: batchOf(100) }),
  });
  hello.end();
  const { ratio, ...pair } = pairOf(ours, bare);
  const events = pairOf(published, published).ours * 100;
  return [
    {
      name: 'gateway: GET /agents/:id on memory',
      ...pair,
      pairedRatio: ratio,
      peerName: 'bare node:http hello',
      unit: '/s',
      target: { of: 'ratio', operator: '>=', limit: 0.6 },
    },
    {
      name: 'gateway: events published over HTTP, 100 a request, 100 bytes each',
      ours: events,
      peer: null,
      peerName: '',
      unit: '/s',
      target: { of: 'ours', operator: '>=', limit: 100_000 },
    },
  ];
}

const jsonType = { 'content-type': 'application/json' };

function batchOf(count: number): string {
  const event = { type: 'text_delta', agentId: 'agent-1', data: 'x'.repeat(100) };
  return JSON.stringify({ events: Array.from({ length: count }, () => event) });
}

/** Frames a second that reach all who watch. */
async function fanOut(gateway: Served, bare: Served): Promise<Figure> {
  const frameBytes = await bare.broadcast(1);
  const watching = async (served: Served, says: string): Promise<() => Promise<number>> => {
    const sockets = new RawSockets();
    await sockets.open(served.port, watchers, says);
    return async () => {
      // Numbers and offsets grow by a digit now and then: a hundredth is left to come when the time is taken.
      const reached = sockets.expect(0.99 * watchers * frames * frameBytes);
      const startedMs = performance.now();
      await Promise.all([served.broadcast(frames), reached]);
      return (watchers * frames * 1000) / (performance.now() - startedMs);
    };
  };
  const sides = { ours: await watching(gateway, subscribe), bare: await watching(bare, 'hello') };
  const { ours, bare: peers } = await inRounds(broadcastRounds, sides);
  const { ratio, ...pair } = pairOf(ours, peers);
  return {
    name: `gateway: frames of 10 events to ${watchers} WebSockets`,
    ...pair,
    pairedRatio: ratio,
    peerName: 'bare ws broadcast of the same',
    unit: '/s',
    target: { of: 'ratio', operator: '>=', limit: 0.7 },
  };
}

/** What each connection costs a server that has 5,000 of them. */
async function crowded(): Promise<Figure> {
  const weigh = async (side: 'gateway' | 'ws', says: string): Promise<number> => {
    const served = await Served.start(side);
    const sockets = new RawSockets();
    // The first ones bring what all share.
    await sockets.open(served.port, 100, says);
    const before = await served.memory();
    await sockets.open(served.port, crowd, says);
    const bytes = (await served.memory()) - before;
    sockets.close();
    served.end();
    return bytes / crowd / 1000;
  };
  const [ours, peer] = [await weigh('gateway', subscribe), await weigh('ws', 'hello')];
  return {
    name: `gateway: memory of a subscribed WebSocket beyond bare ws (${ours.toFixed(1)} and ${peer.toFixed(1)} kB), of ${crowd}`,
    ours: ours - peer,
    peer: null,
    peerName: '',
    unit: 'kB',
    target: { of: 'ours', operator: '<=', limit: 20 },
  };
}

/** The gateway beside bare servers under the same load. */
export async function gateway(): Promise<readonly Figure[]> {
  const [ours, bare] = [await Served.start('gateway'), await Served.start('ws')];
  try {
    return [...(await overHttp(ours)), await fanOut(ours, bare), await crowded()];
  } finally {
    ours.end();
    bare.end();
  }
}
