import { formatAddress, parseAddress } from './address.ts';
import { badBody, proxyExists, proxyNotFound, toxicExists, toxicNotFound } from './api-error.ts';
import {
  type Fields,
  fieldsOf,
  parseJson,
  proxyJson,
  relayInput,
  textOf,
  toxicInput,
  toxicJson,
} from './api-json.ts';
import { populate } from './api-populate.ts';
import type { Relay } from './relay.ts';
import type { Relays } from './relays.ts';
import { type Toxic, toToxic } from './toxic.ts';

export interface Answer {
  readonly status: number;
  /** As JSON; undefined: none. */
  readonly body?: unknown;
}

interface Route {
  readonly method: string;
  /** `*` stands for a name. */
  readonly pattern: readonly string[];
  readonly handle: (relays: Relays, path: readonly string[], body: string) => Promise<Answer>;
}

/** The version whose API this is, and whose clients can drive it; after the plus, who answers. */
const version = '2.12.0+testbed';

function relayAt(relays: Relays, path: readonly string[]): Relay {
  const relay = relays.all.find(({ name }) => name === path[1]);
  if (relay === undefined) throw proxyNotFound();
  return relay;
}

function toxicAt(relays: Relays, path: readonly string[]): { readonly relay: Relay; readonly toxic: Toxic } {
  const relay = relayAt(relays, path);
  const toxic = relay.toxics.find(({ name }) => name === path[3]);
  if (toxic === undefined) throw toxicNotFound();
  return { relay, toxic };
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const done: Answer = { status: 204 };

async function listProxies(relays: Relays): Promise<Answer> {
  return ok(Object.fromEntries(relays.all.map((relay) => [relay.name, proxyJson(relay)])));
}

async function showProxy(relays: Relays, path: readonly string[]): Promise<Answer> {
  return ok(proxyJson(relayAt(relays, path)));
}

async function createProxy(relays: Relays, _path: readonly string[], body: string): Promise<Answer> {
  const input = relayInput(fieldsOf(parseJson(body)));
  if (relays.all.some(({ name }) => name === input.name)) throw proxyExists();
  return { status: 201, body: proxyJson(await relays.create(input)) };
}

async function updateProxy(relays: Relays, path: readonly string[], body: string): Promise<Answer> {
  const relay = relayAt(relays, path);
  const fields = fieldsOf(parseJson(body));
  const { enabled = relay.isEnabled } = fields;
  if (typeof enabled !== 'boolean') throw badBody('enabled is not a boolean');
  const listen = textOf(fields, 'listen') ?? formatAddress(relay.listen);
  const upstream = textOf(fields, 'upstream') ?? formatAddress(relay.upstream);
  await relay.move(relays.listenAddress(listen), parseAddress(upstream));
  await (enabled ? relay.enable() : relay.disable());
  return ok(proxyJson(relay));
}

async function createToxic(relays: Relays, path: readonly string[], body: string): Promise<Answer> {
  const relay = relayAt(relays, path);
  const toxic = toToxic(toxicInput(fieldsOf(parseJson(body))));
  if (relay.toxics.some(({ name }) => name === toxic.name)) throw toxicExists();
  await relay.add(toxic);
  return ok(toxicJson(toxic));
}

/** Only attributes and toxicity can change. To its connections it is a removal and a new toxic at once. */
async function updateToxic(relays: Relays, path: readonly string[], body: string): Promise<Answer> {
  const { relay, toxic } = toxicAt(relays, path);
  const { attributes = {}, toxicity = toxic.toxicity } = fieldsOf(parseJson(body)) as Fields;
  if (typeof toxicity !== 'number') throw badBody('toxicity is not a number');
  const changed = toToxic({
    ...toxic,
    toxicity,
    attributes: { ...toxic.attributes, ...fieldsOf(attributes) },
  });
  await relay.remove(toxic.name);
  await relay.add(changed);
  return ok(toxicJson(changed));
}

export const routes: readonly Route[] = [
  { method: 'GET', pattern: ['version'], handle: async () => ok({ version }) },
  { method: 'POST', pattern: ['reset'], handle: (relays) => relays.reset().then(() => done) },
  { method: 'POST', pattern: ['populate'], handle: (relays, _path, body) => populate(relays, body) },
  { method: 'GET', pattern: ['proxies'], handle: listProxies },
  { method: 'POST', pattern: ['proxies'], handle: createProxy },
  { method: 'GET', pattern: ['proxies', '*'], handle: showProxy },
  ...['POST', 'PATCH'].map((method) => ({ method, pattern: ['proxies', '*'], handle: updateProxy })),
  {
    method: 'DELETE',
    pattern: ['proxies', '*'],
    handle: (relays, path) => relays.remove(relayAt(relays, path).name).then(() => done),
  },
  {
    method: 'GET',
    pattern: ['proxies', '*', 'toxics'],
    handle: async (relays, path) => ok(relayAt(relays, path).toxics.map(toxicJson)),
  },
  { method: 'POST', pattern: ['proxies', '*', 'toxics'], handle: createToxic },
  {
    method: 'GET',
    pattern: ['proxies', '*', 'toxics', '*'],
    handle: async (relays, path) => ok(toxicJson(toxicAt(relays, path).toxic)),
  },
  ...['POST', 'PATCH'].map((method) => ({
    method,
    pattern: ['proxies', '*', 'toxics', '*'],
    handle: updateToxic,
  })),
  {
    method: 'DELETE',
    pattern: ['proxies', '*', 'toxics', '*'],
    async handle(relays, path) {
      const { relay, toxic } = toxicAt(relays, path);
      await relay.remove(toxic.name);
      return done;
    },
  },
];
