import type { Bus } from '../../core/bus.ts';
import { messageOf } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { ChangeLog, Page, Repository, Storage, StorageReads } from '../../core/storage.ts';
import type { CompressionOptions } from '../adapter.ts';
import { Compressor } from './compressor.ts';
import type { Layer } from './layer.ts';

/** A bus that carries payloads above a size compressed. Everybody on the bus needs the layer, with whatever options. */
export function compressBus(bus: Bus, options: CompressionOptions, maxPayloadBytes: number): Layer<Bus> {
  const compressor = new Compressor(options, maxPayloadBytes);
  return {
    port: {
      publish: async (channel, messages) => bus.publish(channel, packMessages(compressor, messages)),
      subscribe: (channel, how, handler) =>
        bus.subscribe(channel, how, (messages, offset) =>
          handler(unpackLoudly(compressor, messages), offset),
        ),
    },
    facts: () => factsOf(options, compressor),
  };
}

/** What of an agent can be large. */
const agentFields = ['task', 'session', 'result'] as const;

/** A storage that keeps payloads of events, agents and swarms compressed above a size. */
export function compressStorage(
  storage: Storage,
  options: CompressionOptions,
  maxPayloadBytes: number,
): Layer<Storage> {
  const compressor = new Compressor(options, maxPayloadBytes);
  const { events, changes, nodes } = storage;
  return {
    port: {
      agents: compressRepository(storage.agents, compressor, agentFields),
      swarms: compressRepository(storage.swarms, compressor, ['task', 'result']),
      events: {
        append: async (some) => events.append(packMessages(compressor, some)),
        ...decompressEvents(events, compressor),
        prune: (keep) => events.prune(keep),
      },
      ...(changes && { changes: decompressChanges(changes, compressor) }),
      ...(nodes && { nodes }),
    },
    facts: () => factsOf(options, compressor),
  };
}

/** The reads of a storage that is written compressed. */
export function decompressReads(
  { agents, swarms, events }: StorageReads,
  options: CompressionOptions,
  maxPayloadBytes: number,
): StorageReads {
  const compressor = new Compressor(options, maxPayloadBytes);
  return {
    agents: decompressRepository(agents, compressor, agentFields),
    swarms: decompressRepository(swarms, compressor, ['task', 'result']),
    events: decompressEvents(events, compressor),
  };
}

function decompressEvents(events: StorageReads['events'], compressor: Compressor): StorageReads['events'] {
  return {
    read: async (filter, page) =>
      mapPage(await events.read(filter, page), (event) => unpackFields(compressor, event, ['data'])),
    count: () => events.count(),
  };
}

function decompressChanges(changes: ChangeLog, compressor: Compressor): ChangeLog {
  return {
    async since(page) {
      const told = await changes.since(page);
      return { ...told, changed: told.changed.map((agent) => unpackFields(compressor, agent, agentFields)) };
    },
  };
}

function compressRepository<
  Item extends { readonly id: string; readonly version: number },
  Filter,
  Field extends keyof Item & string,
>(
  repository: Repository<Item, Filter>,
  compressor: Compressor,
  fields: readonly Field[],
): Repository<Item, Filter> {
  const packAll = (items: readonly Item[]): readonly Item[] =>
    items.map((item) => packFields(compressor, item, fields));
  return {
    ...decompressRepository(repository, compressor, fields),
    insert: async (items, token) => repository.insert(packAll(items), token),
    update: async (items, token) => repository.update(packAll(items), token),
    remove: (ids) => repository.remove(ids),
  };
}

function decompressRepository<
  Item extends { readonly id: string; readonly version: number },
  Filter,
  Field extends keyof Item & string,
>(
  repository: Pick<Repository<Item, Filter>, 'get' | 'find' | 'count'>,
  compressor: Compressor,
  fields: readonly Field[],
): Pick<Repository<Item, Filter>, 'get' | 'find' | 'count'> {
  return {
    async get(id) {
      const item = await repository.get(id);
      return item && unpackFields(compressor, item, fields);
    },
    find: async (filter, page) =>
      mapPage(await repository.find(filter, page), (item) => unpackFields(compressor, item, fields)),
    count: (filter) => repository.count(filter),
  };
}

function packMessages(compressor: Compressor, messages: readonly Message[]): readonly Message[] {
  return messages.map((message) => packFields(compressor, message, ['data']));
}

/** What cannot be read back is delivered again and again, as any batch whose handler throws: so it is said aloud. */
function unpackLoudly(compressor: Compressor, messages: readonly Message[]): readonly Message[] {
  try {
    return messages.map((message) => unpackFields(compressor, message, ['data']));
  } catch (error) {
    process.emitWarning(`delivery is held up: ${messageOf(error)}`, { code: 'CORRUPT' });
    throw error;
  }
}

function packFields<T extends object>(compressor: Compressor, item: T, fields: readonly (keyof T)[]): T {
  return mapFields(item, fields, (value) => compressor.pack(value as never));
}

function unpackFields<T extends object>(compressor: Compressor, item: T, fields: readonly (keyof T)[]): T {
  return mapFields(item, fields, (value) => compressor.unpack(value as never));
}

/** The item itself unless a field has changed. */
function mapFields<T extends object>(
  item: T,
  fields: readonly (keyof T)[],
  map: (value: unknown) => unknown,
): T {
  let mapped = item;
  for (const field of fields) {
    const value = map(item[field]) as T[keyof T];
    if (value === item[field]) continue;
    if (mapped === item) mapped = { ...item };
    mapped[field] = value;
  }
  return mapped;
}

function mapPage<T>(page: Page<T>, map: (item: T) => T): Page<T> {
  return { ...page, items: page.items.map(map) };
}

function factsOf({ algorithm, aboveBytes }: CompressionOptions, { figures }: Compressor) {
  const { packed, bytesBefore, bytesAfter } = figures;
  return {
    compression: `${algorithm} above ${aboveBytes} bytes`,
    compressedPayloads: packed,
    compressedBytesBefore: bytesBefore,
    compressedBytesAfter: bytesAfter,
    compressedBytesSaved: bytesBefore - bytesAfter,
  };
}
