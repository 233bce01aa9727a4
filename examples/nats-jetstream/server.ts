import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { findBinary, type Home, type Place, type Program, type Server, serveProcess } from 'testbed/adapters';

/** What a message may take on its way, payload and wrapping. NATS advises against more than this. */
export const maxMessageBytes = 8 * 1024 * 1024;

/** Starts a nats-server of our own with JetStream, its files in the place's directory. */
export function serveNats({ directory, clock }: Place): Promise<Server> {
  return serveProcess(natsProgram(), { directory, ...(clock && { clock }) });
}

function natsProgram(): Program {
  return {
    name: 'nats-server',
    binary: findBinary({
      name: 'nats-server',
      variable: 'TESTBED_NATS_SERVER',
      folders: ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'],
      install: process.platform === 'darwin' ? 'brew install nats-server' : 'apt-get install -y nats-server',
    }),
    accounts: ['nats'],
    async prepare(home) {
      // The largest message has no flag. Everybody may read the file; the directory around it is the server's alone.
      writeFileSync(configOf(home), `max_payload: ${maxMessageBytes}\n`);
    },
    arguments: (home, port) => settingsOf(home, port),
    url: (port) => `nats://127.0.0.1:${port}`,
    ping: ({ url }, home) => pingNats(Number(new URL(url).port), nameOf(home)),
    stopSignal: 'SIGTERM',
    portTaken: /address already in use/,
  };
}

function settingsOf(home: Home, port: number): string[] {
  const settings = {
    config: configOf(home),
    addr: '127.0.0.1',
    port: String(port),
    name: nameOf(home),
    store_dir: join(home.directory, 'store'),
  };
  return ['--jetstream', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])];
}

function configOf({ directory }: Home): string {
  return join(directory, 'nats.conf');
}

/** The directory is made for this one server, so its name tells it from any other. */
function nameOf({ directory }: Home): string {
  return basename(directory);
}

/** A NATS server speaks first: resolves when the one on this port says that it is ours and has JetStream. */
function pingNats(port: number, name: string, withinMs = 1_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: withinMs });
    let greeting = '';
    socket.on('data', (chunk) => {
      greeting += chunk.toString();
      if (greeting.includes('\r\n')) socket.destroy();
    });
    socket.on('timeout', () => socket.destroy(new Error(`no greeting in ${withinMs} ms`)));
    socket.on('error', reject);
    socket.on('close', () => {
      const info = /^INFO (\{.*\})/.exec(greeting)?.[1];
      const { server_name, jetstream } = JSON.parse(info ?? '{}');
      if (server_name === name && jetstream === true) resolve();
      else reject(new Error(`it greets with ${JSON.stringify(greeting.slice(0, 80))}`));
    });
  });
}
