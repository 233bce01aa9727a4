/** Compression: nothing is lost in packing, small or foreign text is left alone, and bytes are counted. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oddPayloads } from '../../adapters/conformance/payloads.ts';
import { agent, event } from '../../adapters/conformance/storage/kit.ts';
import { Compressor } from '../../adapters/layers/compressor.ts';
import { compressBus, compressStorage } from '../../adapters/layers/index.ts';
import { memoryBus } from '../../adapters/memory/index.ts';
import { TestbedError } from '../../core/error.ts';
import type { Json, Message } from '../../core/message.ts';
import { openMemory, place } from './layers-kit.ts';

const megabyte = 1024 * 1024;

for (const algorithm of ['gzip', 'zstd'] as const) {
  test(`${algorithm}: whatever is packed comes back the same, and is smaller`, () => {
    const compressor = new Compressor({ algorithm, aboveBytes: 100 }, megabyte);
    const long = 'Grüße, 世界, \u{1f600} '.repeat(100);
    const payloads: Json[] = [long, `${long}\ud83d`, { list: [long, 1, null] }, [long], `~tb:${long}`];
    for (const payload of payloads) {
      const packed = compressor.pack(payload);
      assert.ok(typeof packed === 'string' && packed.length < 300, `packed to ${packed}`);
      assert.equal(compressor.unpack(packed), payload);
    }
    assert.is(compressor.figures.packed, payloads.length);
    assert.ok(compressor.figures.bytesBefore > 5 * compressor.figures.bytesAfter);
  });
}

test('what is small, or would not become smaller, is left as it is; text that looks packed is not taken for it', () => {
  const compressor = new Compressor({ algorithm: 'zstd', aboveBytes: 100 }, megabyte);
  const noise = Array.from({ length: 150 }, (_, n) =>
    String.fromCharCode(33 + ((n * n * 7 + n * 31) % 93)),
  ).join('');
  for (const payload of ['a'.repeat(100), noise, 7, true, null, { a: 1 }] as const) {
    assert.is(compressor.pack(payload), payload);
    assert.is(compressor.unpack(payload), payload);
  }
  for (const text of ['~tb:', '~tb:zsAAAA', '~tb:=', '~tb:=~tb:gj']) {
    assert.is(compressor.unpack(compressor.pack(text)), text);
  }
  assert.is(compressor.figures.packed, 0);
  assert.is(compressor.pack('a'.repeat(101)) === 'a'.repeat(101), false, 'the first above the bound');
});

test('either algorithm reads what the other packed', () => {
  const gzip = new Compressor({ algorithm: 'gzip', aboveBytes: 10 }, megabyte);
  const zstd = new Compressor({ algorithm: 'zstd', aboveBytes: 10 }, megabyte);
  const text = 'again and '.repeat(50);
  assert.is(zstd.unpack(gzip.pack(text)), text);
  assert.is(gzip.unpack(zstd.pack(text)), text);
});

test('a payload over the limit is refused however small it packs; one that unpacks to more, or to nothing, is CORRUPT', () => {
  const small = new Compressor({ algorithm: 'zstd', aboveBytes: 10 }, 1000);
  assert.throws(() => small.pack('x'.repeat(1001)), coded('INVALID_ARGUMENT'));
  const large = new Compressor({ algorithm: 'zstd', aboveBytes: 10 }, megabyte);
  assert.throws(() => small.unpack(large.pack('x'.repeat(100_000))), coded('CORRUPT'));
  const packed = large.pack('x'.repeat(5000)) as string;
  for (const broken of [packed.slice(0, -6), '~tb:zs', '~tb:xsAAAA', '~tb:', '~tb:zj!!!!']) {
    assert.throws(() => large.unpack(broken), coded('CORRUPT'), broken);
  }
});

test('bus and storage hold the packed form, callers see their own', async () => {
  const text = 'again and '.repeat(1000);
  const options = { algorithm: 'zstd', aboveBytes: 100 } as const;
  const { port: bus, close } = await memoryBus.open(place);
  const layer = compressBus(bus, options, megabyte);
  const got: Message[] = [];
  const bare: Message[] = [];
  await layer.port.subscribe('c', {}, (messages) => void got.push(...messages));
  await bus.subscribe('c', {}, (messages) => void bare.push(...messages));
  const sent = [{ ...event('a', 1), data: text }, event('a', 2)];
  await layer.port.publish('c', sent);
  while (got.length < 2 || bare.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await close();
  assert.equal(got, sent);
  const held = String(bare[0]?.data);
  assert.ok(held.length < 100);
  const facts = layer.facts();
  assert.is(facts['compressedPayloads'], 1);
  assert.is(facts['compressedBytesSaved'], 10_000 - held.length);

  const storage = await openMemory();
  const stored = compressStorage(storage, options, megabyte);
  const session = { notes: [text] };
  await stored.port.agents.insert([agent('a', { session })]);
  await stored.port.events.append(sent);
  assert.equal((await stored.port.agents.get('a'))?.session, session);
  assert.equal((await stored.port.events.read({}, { limit: 5 })).items, sent);
  assert.ok(JSON.stringify(await storage.agents.get('a')).length < 500);
  for (const [what, payload] of oddPayloads) {
    await stored.port.agents.insert([agent(what, { session: payload })]);
    assert.equal((await stored.port.agents.get(what))?.session, payload, what);
  }
});

function coded(code: string): (error: unknown) => boolean {
  return (error) => error instanceof TestbedError && error.code === code;
}

test.run();
