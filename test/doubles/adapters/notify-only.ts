/**
 * A bus that is LISTEN and NOTIFY and nothing else, as Postgres is often used: there is no table behind it from which a
 * listener that was away could read on.
 */
import pg from 'pg';
import type { Bus } from '../../../core/bus.ts';
import type { Message } from '../../../core/message.ts';

export interface NotifyOnly extends Bus {
  readonly isListening: boolean;
  close(): Promise<void>;
}

/** Who loses the connection that it listens on connects anew when `back` says so. */
export async function openNotifyOnly(url: string, back: Promise<void>): Promise<NotifyOnly> {
  const publisher = await connect(url);
  let listener: pg.Client | null = null;
  let closed = false;

  async function listen(channel: string, handle: (message: Message) => void): Promise<void> {
    const client = await connect(url);
    client.on('notification', ({ payload = '' }) => handle(JSON.parse(payload)));
    client.once('end', () => {
      listener = null;
      if (!closed) void back.then(() => listen(channel, handle));
    });
    await client.query(`listen "${channel}"`);
    listener = client;
  }

  return {
    async publish(channel, messages) {
      for (const message of messages)
        await publisher.query('select pg_notify($1, $2)', [channel, JSON.stringify(message)]);
    },
    async subscribe(channel, _options, handler) {
      await listen(channel, (message) => void handler([message], String(message.sequence)));
      return { close: async () => undefined };
    },
    get isListening() {
      return listener !== null;
    },
    async close() {
      closed = true;
      await Promise.all([publisher.end(), listener?.end()]);
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'notify-only' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
