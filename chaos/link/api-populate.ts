import { formatAddress, parseAddress } from './address.ts';
import { apiErrorOf, badBody } from './api-error.ts';
import { fieldsOf, parseJson, proxyJson, relayInput } from './api-json.ts';
import type { Answer } from './api-routes.ts';
import type { Relay } from './relay.ts';
import type { RelayInput, Relays } from './relays.ts';

/** Creates or replaces several: all are looked at before the first is touched. */
export async function populate(relays: Relays, body: string): Promise<Answer> {
  const made: Relay[] = [];
  try {
    const list = parseJson(body);
    if (!Array.isArray(list)) throw badBody('not a list of proxies');
    const inputs = list.map((item, index) => relayInput(fieldsOf(item), ` at proxy ${index + 1}`));
    const names = inputs.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw badBody(`duplicate proxy name "${twice}"`);
    for (const { listen, upstream } of inputs) {
      relays.listenAddress(listen);
      parseAddress(upstream);
    }
    for (const input of inputs) made.push(await createOrReplace(relays, input));
    return { status: 201, body: { proxies: made.map(proxyJson) } };
  } catch (error) {
    const { status, message } = apiErrorOf(error);
    return { status, body: { error: message, status, proxies: made.map(proxyJson) } };
  }
}

/** One that leads from the same address to the same stays as it is, toxics and all. */
async function createOrReplace(relays: Relays, input: RelayInput): Promise<Relay> {
  const existing = relays.all.find(({ name }) => name === input.name);
  if (existing !== undefined) {
    const isSame =
      formatAddress(existing.listen) === formatAddress(relays.listenAddress(input.listen)) &&
      formatAddress(existing.upstream) === formatAddress(parseAddress(input.upstream));
    if (isSame) return existing;
    await relays.remove(existing.name);
  }
  return relays.create(input);
}
