import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.ts';
import { isLoopback, type ResolvedGatewayOptions } from './options.ts';
import { type Refusal, refusal } from './problems.ts';
import { RateLimit } from './rate-limit.ts';

/** Anybody may ask for these: what watches a gateway need not know its token. */
const open: ReadonlySet<string> = new Set(['/health', '/ready']);

/**
 * Who is let in. With a token: whoever shows it. Without one it is this machine alone, and then a page in a browser on this
 * machine must not pass for it: neither one from elsewhere (`Origin`) nor one that has made its own name
 * point here (`Host`).
 */
export class Admission {
  readonly #token: Buffer | null;
  readonly #rate: RateLimit | null;

  constructor({ token, limits }: ResolvedGatewayOptions, clock: Clock) {
    this.#token = token === null ? null : digest(`Bearer ${token}`);
    this.#rate = limits.requestsPerS === null ? null : new RateLimit(limits.requestsPerS, clock);
  }

  /** Null: it may come in. */
  refuse({ headers, socket, url = '' }: IncomingMessage): Refusal | null {
    if (this.#rate !== null && !this.#rate.take(socket.remoteAddress ?? ''))
      return refusal(429, 'OVERLOADED', 'more requests than this gateway takes of one address');
    const { authorization, origin, host = '' } = headers;
    if (this.#token !== null) {
      if (open.has(url)) return null;
      if (authorization !== undefined && timingSafeEqual(digest(authorization), this.#token)) return null;
      return refusal(401, 'UNAUTHORIZED', 'wanted: the header Authorization: Bearer TOKEN');
    }
    if (!isLoopback(host.replace(/:\d*$/, '')))
      return refusal(403, 'UNAUTHORIZED', `not known here by this name: ${JSON.stringify(host)}`);
    if (origin !== undefined && !isFrom(origin, host))
      return refusal(403, 'UNAUTHORIZED', 'a page from elsewhere may not ask');
    return null;
  }
}

function isFrom(origin: string, host: string): boolean {
  const here = `http://${host}`;
  return URL.canParse(origin) && URL.canParse(here) && new URL(origin).host === new URL(here).host;
}

/** Of one length, so that nothing is told by how long a comparison takes. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
