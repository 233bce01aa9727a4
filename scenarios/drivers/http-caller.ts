import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { TestbedError } from '../../core/error.ts';
import { operations } from '../../core/gateway/operations/table.ts';
import { type Caller, type CallParts, errorOf, type Refused } from './caller.ts';

/** Connections that are kept open; a request that finds all of them at work waits for one. */
const mostSockets = 512;

const routes = new Map(operations.map(({ name, method, route }) => [name, { method, route }]));

/** A gateway over HTTP, on connections that are kept. */
export class HttpCaller implements Caller {
  readonly #host: string;
  readonly #port: string;
  readonly #headers: { readonly [name: string]: string };
  readonly #agent = new Agent({ keepAlive: true, maxSockets: mostSockets, maxFreeSockets: mostSockets });

  constructor(url: string, token: string | null = null) {
    const { hostname, port } = new URL(url);
    this.#host = hostname.replace(/^\[|\]$/g, '');
    this.#port = port;
    this.#headers = token === null ? {} : { authorization: `Bearer ${token}` };
  }

  call(operation: string, { path = {}, query = {}, body }: CallParts = {}): Promise<unknown> {
    const found = routes.get(operation);
    if (found === undefined) throw new TestbedError('INVALID_ARGUMENT', `no operation ${operation}`);
    const { method, route } = found;
    const place = route.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
    return this.#send(method, `${place}${queryOf(query)}`, body);
  }

  #send(method: string, path: string, body: object | undefined): Promise<unknown> {
    const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
    const headers = {
      ...this.#headers,
      ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
    };
    return new Promise((resolve, reject) => {
      const asked = request({
        host: this.#host,
        port: this.#port,
        agent: this.#agent,
        method,
        path,
        headers,
      });
      asked.on('response', (answer) => void readAnswer(answer).then(resolve, reject));
      asked.on('error', (error: NodeJS.ErrnoException) => reject(brokenOf(error, asked)));
      asked.end(bytes);
    });
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }
}

function queryOf(query: NonNullable<CallParts['query']>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}

function readAnswer(answer: IncomingMessage): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let text = '';
    answer.setEncoding('utf8');
    answer.on('data', (chunk: string) => {
      text += chunk;
    });
    answer.on('error', (cause) => reject(new TestbedError('TIMEOUT', `the answer broke off`, { cause })));
    answer.on('end', () => {
      try {
        const body: unknown = JSON.parse(text);
        if ((answer.statusCode ?? 500) < 400) resolve(body);
        else reject(errorOf(body as Refused));
      } catch (cause) {
        reject(new TestbedError('CORRUPT', `an answer that is no JSON: ${text.slice(0, 100)}`, { cause }));
      }
    });
  });
}

/** A connection that could not be made has carried nothing. */
function brokenOf(cause: NodeJS.ErrnoException, asked: ClientRequest): TestbedError {
  const reached = cause.syscall !== 'connect' && asked.socket?.connecting !== true;
  const code = reached ? 'TIMEOUT' : 'UNAVAILABLE';
  return new TestbedError(code, `the gateway: ${cause.message}`, { cause });
}
