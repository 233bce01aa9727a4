import type { Socket } from 'node:net';
import { type JetStreamClient, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { TestbedError } from 'testbed';
import type { Place } from 'testbed/adapters';
import { translate } from './errors.ts';
import { maxMessageBytes } from './server.ts';
import { Streams } from './streams.ts';

const reconnectEveryMs = 100;

/** A server, reached and checked. */
export interface NatsLink {
  readonly client: JetStreamClient;
  readonly streams: Streams;
  readonly facts: { readonly [name: string]: string | number | boolean };
  close(): Promise<void>;
}

/** INVALID_CONFIG or UNSUPPORTED when the server is not one that this bus can work on. */
export async function connectNats(
  url: string,
  { namespace, durability }: Place,
  { windowPublishes, answerWithinMs }: { readonly windowPublishes: number; readonly answerWithinMs: number },
): Promise<NatsLink> {
  const connection = await reach(url, answerWithinMs);
  void hearErrors(connection);
  try {
    const { version = 'unknown', max_payload = 0 } = connection.info ?? {};
    if (max_payload < maxMessageBytes) {
      const why = `this server takes messages of ${max_payload} bytes at most; set max_payload: ${maxMessageBytes}`;
      throw new TestbedError('UNSUPPORTED', `nats bus: ${why}`);
    }
    const manager = await jetstreamManager(connection, { timeout: answerWithinMs });
    // What is in memory goes with the server; a file has what was written when the server is killed.
    const storage = durability === 'none' ? StorageType.Memory : StorageType.File;
    return {
      client: jetstream(connection, { timeout: answerWithinMs }),
      streams: new Streams(manager, namespace, { storage, windowPublishes }),
      facts: { serverVersion: version, storage, client: '@nats-io/transport-node' },
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw translate(error, 'nats bus', 'read');
  }
}

async function reach(url: string, answerWithinMs: number): Promise<NatsConnection> {
  try {
    return await connect({
      servers: url,
      timeout: answerWithinMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: reconnectEveryMs,
    });
  } catch (error) {
    throw translate(error, 'nats bus', 'read');
  }
}

/**
 * When its server dies, the client (3.4.0) may take every listener off the socket before the error of its last write has
 * come, and an error that nobody hears ends the process. This keeps one listener on each socket that it connects.
 */
async function hearErrors(connection: NatsConnection): Promise<void> {
  hearErrorsOf(connection);
  for await (const { type } of connection.status()) if (type === 'reconnect') hearErrorsOf(connection);
}

function hearErrorsOf(connection: NatsConnection): void {
  const { protocol } = connection as unknown as { protocol?: { transport?: { socket?: Socket } } };
  const socket = protocol?.transport?.socket;
  if (socket === undefined) return;
  const removeAllListeners = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (event) => removeAllListeners(event).on('error', () => undefined);
}
