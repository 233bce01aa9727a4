/** Requests and frames made from the very schemas that let them in, and broken here and there: nothing of it is the gateway's fault. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Operation } from '../../core/gateway/operation.ts';
import { operations } from '../../core/gateway/operations/table.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { Client } from '../core/gateway/client.ts';
import { gateways, type Site } from '../core/gateway/gateways.ts';
import { anyValue } from './any-value.ts';

const seed = 20;
const [requests, frames] = [800, 400];
const jsonType = { 'content-type': 'application/json' };
/** Half of them are broken somewhere. */
const oddnessOf = (random: Random): number => (random.next() < 0.5 ? 0 : 0.15);

interface Made {
  readonly path: { readonly [name: string]: unknown };
  readonly query: { readonly [name: string]: unknown };
  readonly body: unknown;
}

function partsOf(operation: Operation, random: Random): Made {
  const oddness = oddnessOf(random);
  const of = (properties: Operation['path'] = {}, required: readonly string[] = []) =>
    anyValue({ type: 'object', properties, required }, random, oddness) as Made['path'];
  return {
    path: of(operation.path, Object.keys(operation.path ?? {})) ?? {},
    query: of(operation.query) ?? {},
    body: operation.body && anyValue(operation.body, random, oddness),
  };
}

/** Half a character has no place in a URL. */
function encoded(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}

function urlOf({ route }: Operation, { path, query }: Made): string {
  const place = route.replace(/:(\w+)/g, (_, name: string) => encoded(path[name] ?? 'a'));
  const pairs = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return pairs.length === 0 ? place : `${place}?${pairs.join('&')}`;
}

test(`${requests} requests over HTTP: no 5xx, and each refusal by name`, async () => {
  const random = createRandom(seed);
  const [site] = (await gateways(1)) as [Site];
  const seen = new Map<number, number>();
  for (let made = 0; made < requests; made++) {
    const operation = operations[random.integer(0, operations.length - 1)] as Operation;
    const parts = partsOf(operation, random);
    const [method, url] = [operation.method, urlOf(operation, parts)];
    const sent = parts.body === undefined ? {} : { body: JSON.stringify(parts.body), headers: jsonType };
    const answer = await fetch(site.url + url, { method, ...sent });
    const text = await answer.text();
    const said = `request ${made}: ${method} ${url} ${JSON.stringify(parts.body)}: ${answer.status} ${text}`;
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    // What a storage cannot do is no mistake of anybody.
    assert.ok(answer.status < 500 || (answer.status === 501 && operation.name === 'listChanges'), said);
    if (answer.status >= 400)
      assert.type((JSON.parse(text) as { error: { code: string } }).error.code, 'string', said);
  }
  assert.equal(site.faults, []);
  for (const status of [200, 201, 202, 400, 404, 409])
    assert.ok((seen.get(status) ?? 0) > 5, `${status}: ${seen.get(status)}`);
  await site.close();
});

test(`${frames} frames over a WebSocket: it goes on, and nothing is the gateway's fault`, async () => {
  const random = createRandom(seed);
  const [site] = (await gateways(1)) as [Site];
  const client = await Client.open(site.url);
  const whats = ['subscribe', 'unsubscribe', 'publish', 'call', 'ping', 'dance'];
  for (let made = 0; made < frames; made++) {
    const operation = operations[random.integer(0, operations.length - 1)] as Operation;
    const { path, query, body } = partsOf(operation, random);
    const { id: _, ...fields } = { ...(body as { readonly id?: unknown } | undefined) };
    const frame = {
      do: whats[random.integer(0, whats.length - 1)],
      ...(random.next() < 0.7 && { operation: operation.name, path, query, body }),
      ...(random.next() < 0.3 && { channel: 'events', types: ['error'] }),
      ...(random.next() < 0.3 && fields),
    };
    const answer = await client.ask(frame);
    assert.type(answer.ok, 'boolean', JSON.stringify(frame));
    if (!answer.ok) assert.is.not(answer.error?.code, 'INTERNAL', JSON.stringify(frame));
  }
  assert.equal(site.faults, []);
  await site.close();
});

test.run();
