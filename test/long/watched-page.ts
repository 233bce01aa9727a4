/** A page that changes while it is looked at: a browser is told what to wait for, instead of how long. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a browser made of a page when it had come to what was waited for. */
export interface Watched {
  readonly dom: string;
  /** What it said in the console, errors and refusals among it. */
  readonly console: readonly string[];
}

interface Told {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: { readonly result: { readonly value?: readonly [there: boolean, dom: string] } };
}

/** All that Chromium says of what goes wrong in a page, and what the page says itself. */
const consoleOf = new Set(['Log.entryAdded', 'Runtime.consoleAPICalled', 'Runtime.exceptionThrown']);

/** Opens that address and answers with the document once `until`, an expression of the page, is true, or after `atMostMs` with what is there. */
export async function watch(
  chromium: string,
  url: string,
  until: string,
  atMostMs: number,
): Promise<Watched> {
  const profile = mkdtempSync(join(tmpdir(), 'testbed-watched-'));
  const words = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(chromium, [...words, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  try {
    const debugged = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk;
        const [, found] = /^DevTools listening on ws:\/\/(\S+?)\//m.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.on('close', () => reject(new Error(`the browser ended: ${said}`)));
    });
    return await talk(await pageOf(debugged, url), until, atMostMs);
  } finally {
    child.kill('SIGKILL');
    await closed;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where the page itself is spoken to: a browser lists it some time after it listens. */
async function pageOf(debugged: string, url: string): Promise<string> {
  for (;;) {
    const answer = await fetch(`http://${debugged}/json/list`);
    const targets = (await answer.json()) as { url: string; webSocketDebuggerUrl: string }[];
    const page = targets.find((each) => each.url === url);
    if (page !== undefined) return page.webSocketDebuggerUrl;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks again and again: a document that is still on its way to the page takes every question to the one before it with it. */
async function talk(address: string, until: string, atMostMs: number): Promise<Watched> {
  const socket = new WebSocket(address);
  const said: string[] = [];
  const dom = await new Promise<string>((resolve, reject) => {
    const ask = () => {
      const params = { expression: `[${until}, document.documentElement.outerHTML]`, returnByValue: true };
      socket.send(JSON.stringify({ id: 3, method: 'Runtime.evaluate', params }));
    };
    const end = performance.now() + atMostMs;
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ id: 1, method: 'Log.enable' }));
      socket.send(JSON.stringify({ id: 2, method: 'Runtime.enable' }));
      ask();
    });
    socket.addEventListener('message', ({ data }) => {
      const { id, method = '', params, result } = JSON.parse(data) as Told;
      if (consoleOf.has(method)) said.push(JSON.stringify(params));
      if (id !== 3) return;
      const [there, text] = result?.result.value ?? [false, ''];
      if (there || performance.now() > end) resolve(text);
      else setTimeout(ask, 50);
    });
    socket.addEventListener('error', reject);
    socket.addEventListener('close', () => reject(new Error('the browser ended the talk')));
  });
  socket.close();
  return { dom, console: said };
}
