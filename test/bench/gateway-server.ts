/**
 * What is measured, in a process of its own: `gateway`, ours on the memory stack with one agent; `hello`, a bare node:http server;
 * `ws`, a bare ws server that sends every frame to all. Asked by IPC to broadcast, or what memory it holds.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { memoryBus, memoryStorage } from '../../adapters/memory/index.ts';
import { systemClock } from '../../core/clock.ts';
import { createOrchestrator } from '../../core/create-orchestrator.ts';
import type { AgentEvent } from '../../core/event.ts';
import { startGateway } from '../../core/gateway/index.ts';
import { createRandom } from '../../core/random.ts';

export type ToServer = { readonly broadcast: number } | { readonly memory: true };
export type FromServer =
  | { readonly port: number }
  | { readonly bytes: number }
  /** The length of one frame as it goes over the wire. */
  | { readonly frameBytes: number };

interface Side {
  readonly port: number;
  /** Sends so many frames to all who are connected; resolves to the length of one. */
  broadcast(frames: number): Promise<number>;
}

const perFrame = 10;
let sequence = 0;

/** The events of one frame. */
function batch(): AgentEvent[] {
  return Array.from({ length: perFrame }, () => ({
    key: 'agent-1',
    type: 'text_delta' as const,
    swarmId: '',
    producer: 7,
    sequence: 1_000_000 + ++sequence,
    at: 1_764_000_000_000.5,
    sentAt: 1_764_000_000_000.5,
    data: 'x'.repeat(100),
  }));
}

/** A server's frame: two bytes before it, or four. */
function wireLength(payload: number): number {
  return payload + (payload < 126 ? 2 : 4);
}

/** As the gateway of the other side writes it; offsets are of one length by then. */
function frameOf(): Buffer {
  return Buffer.from(JSON.stringify({ subscription: 1, offset: '1000000', events: batch() }));
}

async function gateway(): Promise<Side> {
  const place = { directory: '/nowhere', namespace: 'bench', durability: 'none', options: {} };
  const [{ port: bus }, { port: storage }] = [await memoryBus.open(place), await memoryStorage.open(place)];
  const clock = systemClock;
  const orchestrator = await createOrchestrator({ bus, storage, clock, random: createRandom(1) });
  await orchestrator.spawn([{ id: 'agent-1', task: { do: 'this' } }]);
  const { url } = await startGateway({ orchestrator, bus, clock, options: { slow: 'wait' } });
  return {
    port: Number(new URL(url).port),
    async broadcast(frames) {
      for (let sent = 0; sent < frames; sent++) {
        await bus.publish('events', batch());
        await nextTurn();
      }
      return 0;
    },
  };
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function hello(): Promise<Side> {
  const port = await listening(createServer((_, answer) => void answer.end('hello')));
  return { port, broadcast: async () => 0 };
}

async function ws(): Promise<Side> {
  const server = createServer();
  const sockets = new Set<WebSocket>();
  const upgrades = new WebSocketServer({ server, clientTracking: false, perMessageDeflate: false });
  upgrades.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('message', () => socket.send('{"ok":true}'));
  });
  return {
    port: await listening(server),
    async broadcast(frames) {
      let length = 0;
      for (let sent = 0; sent < frames; sent++) {
        // Made anew for each broadcast, as from what has just come in.
        const frame = frameOf();
        length = wireLength(frame.length);
        for (const socket of sockets) socket.send(frame, { binary: false });
        await nextTurn();
      }
      return length;
    },
  };
}

function memoryHeld(): number {
  for (let times = 0; times < 3; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const sides = { gateway, hello, ws };
const side = await sides[process.argv[2] as keyof typeof sides]();
const tell = (message: FromServer): void => void process.send?.(message);
process.on('message', async (message: ToServer) => {
  if ('memory' in message) tell({ bytes: memoryHeld() });
  else tell({ frameBytes: await side.broadcast(message.broadcast) });
});
process.on('disconnect', () => process.exit(0));
tell({ port: side.port });
