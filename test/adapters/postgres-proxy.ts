import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and can hold back what clients have sent. */
export interface Proxy {
  readonly url: string;
  /** What connections that are open now send from here on is kept; new connections pass. */
  hold(): void;
  /** What connections that are opened from here on send is kept: they never come about. */
  holdNew(): void;
  /** How many bytes are kept. */
  readonly held: number;
  /** Sends on what was kept, also for clients that have gone meanwhile. */
  release(): void;
  close(): void;
}

export async function startProxy(target: string): Promise<Proxy> {
  const url = new URL(target);
  const { port: serverPort } = url;
  let isNewKept = false;
  const links = new Set<{ up: Socket; kept: Buffer[] | null; isGone: boolean }>();
  const listener = createServer((down) => {
    const up = connect({ host: '127.0.0.1', port: Number(serverPort) });
    const link = { up, kept: isNewKept ? [] : (null as Buffer[] | null), isGone: false };
    links.add(link);
    down.on('data', (chunk) => {
      if (link.kept === null) up.write(chunk);
      else link.kept.push(chunk);
    });
    up.on('data', (chunk) => down.write(chunk));
    for (const socket of [down, up]) socket.on('error', () => {});
    down.on('close', () => {
      link.isGone = true;
      if (link.kept === null) up.end();
    });
    up.on('close', () => down.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  url.port = String((listener.address() as { port: number }).port);
  return {
    url: url.href,
    hold() {
      for (const link of links) link.kept = [];
    },
    holdNew() {
      isNewKept = true;
    },
    get held() {
      return [...links].flatMap(({ kept }) => kept ?? []).reduce((sum, { length }) => sum + length, 0);
    },
    release() {
      for (const link of links) {
        for (const chunk of link.kept ?? []) link.up.write(chunk);
        link.kept = null;
        if (link.isGone) link.up.end();
      }
    },
    close() {
      listener.close();
      for (const { up } of links) up.destroy();
    },
  };
}
