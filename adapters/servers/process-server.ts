import { rmSync } from 'node:fs';
import { type Clock, systemClock } from '../../core/clock.ts';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { Address, Server } from '../adapter.ts';
import { type Child, logFileOf, sendSignal, spawnServer } from './child.ts';
import { freePort, isFree } from './free-port.ts';
import { type Home, makeHome } from './home.ts';
import { logTail } from './log-tail.ts';
import { descendantsOf, findProcess, isAlive, type ProcessEntry } from './process-table.ts';
import type { Program } from './program.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

export interface ServeOptions {
  /** The server's private directory is made inside. */
  readonly directory: string;
  readonly clock?: Clock;
  /** A loopback port of the caller's choice; UNAVAILABLE when it is taken. Default: one that is free. */
  readonly port?: number;
  /** A server that does not answer its ping by then has failed. Default 15 s. */
  readonly startWithinMs?: number;
  /** A server that has not ended by then after being asked to is killed. Default 5 s. */
  readonly stopWithinMs?: number;
}

const pingEveryMs = 10;
const portTries = 5;
const inForceWithinMs = 2_000;

/**
 * Starts a real server of our own and resolves once it has answered. It listens on loopback alone, keeps
 * everything in a private directory, runs as somebody unprivileged, and ends with us whatever ends us. Rejects
 * with UNAVAILABLE and the server's last words when it does not come up; nothing is then left behind.
 */
export async function serveProcess(program: Program, options: ServeOptions): Promise<ProcessServer> {
  const home = makeHome(program.name, options.directory, program.accounts);
  const watchdog = await startWatchdog(home.directory);
  const server = new ProcessServer(program, home, watchdog, options);
  try {
    await program.prepare?.(home);
    await server.start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** A server process of ours, over all its starts; its data lives until `close`. */
export class ProcessServer implements Server {
  readonly home: Home;
  readonly #program: Program;
  readonly #watchdog: Watchdog;
  readonly #clock: Clock;
  readonly #startWithinMs: number;
  readonly #stopWithinMs: number;
  readonly #fixedPort: number | undefined;
  #port: number | undefined;
  #child: Child | undefined;
  #closing: Promise<void> | undefined;

  constructor(program: Program, home: Home, watchdog: Watchdog, options: ServeOptions) {
    this.#program = program;
    this.home = home;
    this.#watchdog = watchdog;
    this.#clock = options.clock ?? systemClock;
    this.#startWithinMs = options.startWithinMs ?? 15_000;
    this.#stopWithinMs = options.stopWithinMs ?? 5_000;
    this.#fixedPort = options.port;
  }

  /** The same over all starts. */
  get address(): Address {
    return { url: this.#program.url(this.#port as number) };
  }

  /** Of the last start. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get directory(): string {
    return this.home.directory;
  }

  get facts(): { readonly [name: string]: string | number | boolean } {
    const { directory, account, isWhereAsked } = this.home;
    return {
      serverDirectory: isWhereAsked ? directory : `${directory} (its user may not enter the results folder)`,
      serverUser: account?.name ?? 'ours',
      serverBinary: this.#program.binary,
    };
  }

  /** The last lines it wrote. */
  logTail(lines?: number): string {
    return logTail(logFileOf(this.home), lines);
  }

  /** On the port it had before, with the data it left. Does nothing while it runs. */
  async start(): Promise<void> {
    if (this.#closing !== undefined) throw new TestbedError('CLOSED', `${this.#program.name} was closed`);
    if (this.#child !== undefined && this.#child.ending === undefined) return;
    for (let attempt = 1; ; attempt++) {
      const fixed = this.#port ?? this.#fixedPort;
      if (fixed !== undefined && !(await isFree(fixed)))
        throw this.#failure(`port ${fixed} on 127.0.0.1 is in use by another process`);
      const port = fixed ?? (await freePort());
      if (await this.#startOn(port)) {
        this.#port = port;
        return;
      }
      if (fixed !== undefined || attempt === portTries)
        throw this.#failure(`port ${port} on 127.0.0.1 was taken by another process`);
    }
  }

  /** SIGKILL, to it and its children. Resolves when none of them is left; the data stays as the crash left it. */
  async kill(): Promise<void> {
    const child = this.#running();
    const family = [child.entry, ...descendantsOf(child.pid)];
    child.signal('SIGKILL');
    await this.#reaped(child);
    await this.#until('SIGKILL', () => family.filter(isAlive));
  }

  /** SIGSTOP, to it and its children. Resolves when all of them stand still. */
  async pause(): Promise<void> {
    // One that waits in the kernel (D) is stopped before it does anything else.
    await this.#signalUntil('SIGSTOP', (state) => state === 'T' || state === 'D');
  }

  async resume(): Promise<void> {
    await this.#signalUntil('SIGCONT', (state) => state !== 'T');
  }

  /**
   * An orderly end: asked to (also when paused), then killed. The data stays, for `start`. Does nothing when it
   * does not run.
   */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.ending !== undefined) return;
    process.kill(child.pid, this.#program.stopSignal);
    child.signal('SIGCONT');
    const cancel = this.#clock.after(this.#stopWithinMs, () => child.signal('SIGKILL'));
    await this.#reaped(child);
    cancel();
  }

  /** Ends it for good, in whatever state it is, and removes its data. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.stop();
    rmSync(this.home.directory, { recursive: true, force: true, maxRetries: 5 });
    await this.#watchdog.dismiss();
  }

  /** True when it answers; false when its port was taken after all. Rejects when it fails otherwise. */
  async #startOn(port: number): Promise<boolean> {
    const child = await spawnServer(this.#program, this.home, port);
    this.#watchdog.watchFamily(child.entry);
    this.#child = child;
    const deadline = this.#clock.now() + this.#startWithinMs;
    let refusal: unknown = 'no answer';
    while (child.ending === undefined) {
      try {
        await this.#program.ping({ url: this.#program.url(port) }, this.home, child.pid);
        return true;
      } catch (error) {
        refusal = error;
      }
      if (this.#clock.now() > deadline) {
        await this.stop();
        throw this.#failure(`no answer within ${this.#startWithinMs / 1_000} s: ${messageOf(refusal)}`);
      }
      await Promise.race([this.#clock.sleep(pingEveryMs), child.ended()]);
    }
    await this.#reaped(child);
    if (this.#program.portTaken.test(this.logTail())) return false;
    throw this.#failure(`ended before it was ready (${child.ending})`);
  }

  #failure(what: string): TestbedError {
    const { name } = this.#program;
    const log = this.#child === undefined ? '' : this.logTail();
    const said = log === '' ? '' : `; its last lines:\n${log.replace(/^/gm, '  | ')}`;
    return new TestbedError('UNAVAILABLE', `${name} did not start: ${what}${said}`);
  }

  #running(): Child {
    if (this.#child !== undefined && this.#child.ending === undefined) return this.#child;
    throw new TestbedError('UNAVAILABLE', `${this.#program.name} is not running`);
  }

  async #reaped(child: Child): Promise<void> {
    await child.ended();
    this.#watchdog.forget();
  }

  async #signalUntil(signal: NodeJS.Signals, isThere: (state: string) => boolean): Promise<void> {
    const child = this.#running();
    child.signal(signal);
    await this.#until(signal, () =>
      [child.entry, ...descendantsOf(child.pid)].filter(
        (entry) => isAlive(entry) && !isThere(findProcess(entry.pid)?.state ?? 'Z'),
      ),
    );
  }

  /**
   * A signal is in force when no process is left on which it is not. A child born just before its parent stood
   * still gets it here.
   */
  async #until(signal: NodeJS.Signals, left: () => readonly ProcessEntry[]): Promise<void> {
    const deadline = this.#clock.now() + inForceWithinMs;
    for (let some = left(); some.length > 0; some = left()) {
      for (const { pid } of some) sendSignal(pid, signal);
      if (this.#clock.now() > deadline)
        throw new TestbedError('TIMEOUT', `${this.#program.name} did not obey ${signal}`);
      await this.#clock.sleep(1);
    }
  }
}
