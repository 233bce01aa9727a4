import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/error.ts';
import type { HttpRequest } from './target.ts';

/** What became of a request: an answer, whole; certainly not asked; or asked, and nobody knows what came of it. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'refused' | 'broken'; readonly why: string }
  | { readonly kind: 'timeout' };

export interface SenderSite {
  /** What the service is called, and its certificate is for. */
  readonly origin: string;
  /** Where it is reached, be that over a link. */
  readonly at: { readonly host: string; readonly port: number };
  readonly deadlineMs: number;
  readonly clock: Clock;
}

/** Sends requests to a service without one waiting for another, over connections that are kept. Follows no redirect. */
export class Sender {
  readonly #site: SenderSite;
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #under = new Set<(outcome: Outcome) => void>();

  constructor(site: SenderSite) {
    this.#site = site;
    this.#url = new URL(site.origin);
    const Agent = this.#url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxFreeSockets: 1024 });
  }

  get inFlight(): number {
    return this.#under.size;
  }

  /** Never rejects. */
  send({ method, path, headers, body }: HttpRequest): Promise<Outcome> {
    const { at, clock, deadlineMs } = this.#site;
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const asked = send({
        ...at,
        agent: this.#agent,
        method,
        path,
        headers: {
          host: this.#url.host,
          ...headers,
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
        servername: this.#url.hostname,
      });
      const end = (outcome: Outcome): void => {
        if (!this.#under.delete(end)) return;
        cancel();
        if (outcome.kind !== 'answered') asked.destroy();
        resolve(outcome);
      };
      const cancel = clock.after(deadlineMs, () => end({ kind: 'timeout' }));
      this.#under.add(end);
      asked.on('response', (answer) => followAnswer(answer, end));
      asked.on('error', (error: NodeJS.ErrnoException) => end(brokenBy(error, asked)));
      asked.end(body);
    });
  }

  /** Nobody waits any longer: what has no answer now gets none. */
  close(): void {
    for (const end of this.#under) end({ kind: 'broken', why: 'the load was over' });
    this.#agent.destroy();
  }
}

function followAnswer(answer: IncomingMessage, end: (outcome: Outcome) => void): void {
  answer.on('end', () => end({ kind: 'answered', status: answer.statusCode ?? 0 }));
  answer.on('error', (error) => end({ kind: 'broken', why: messageOf(error) }));
  answer.on('close', () => end({ kind: 'broken', why: 'the answer broke off' }));
  answer.resume();
}

/** A connection that could not be made has carried nothing. */
function brokenBy(error: NodeJS.ErrnoException, { socket }: ClientRequest): Outcome {
  const reached = error.syscall !== 'connect' && socket?.connecting !== true;
  return { kind: reached ? 'broken' : 'refused', why: error.code ?? error.message };
}
