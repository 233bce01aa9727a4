import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatAddress, isLoopback, parseAddress } from '../../../chaos/link/address.ts';
import { type ToxicInput, toToxic } from '../../../chaos/link/toxic.ts';
import { toxicKinds } from '../../../chaos/link/toxics/table.ts';
import { isTestbedError } from '../../../core/error.ts';

test('what a caller leaves out', () => {
  assert.equal(toToxic({ type: 'latency', attributes: { latency: 80 } }), {
    name: 'latency_down',
    type: 'latency',
    direction: 'down',
    toxicity: 1,
    attributes: { latency: 80, jitter: 0 },
  });
});

// biome-ignore format: a table
const bad: readonly (readonly [input: ToxicInput, code: string, says: RegExp])[] = [
  [{ type: 'latencyy' }, 'NOT_FOUND', /there is no toxic "latencyy" \(allowed: latency, bandwidth/],
  [{ type: 'latency', direction: 'sideways' as 'up' }, 'INVALID_ARGUMENT', /direction sideways/],
  [{ type: 'latency', toxicity: 1.1 }, 'INVALID_ARGUMENT', /toxicity 1.1 is not from 0 to 1/],
  [{ type: 'latency', toxicity: Number.NaN }, 'INVALID_ARGUMENT', /toxicity NaN/],
  [{ type: 'latency', attributes: { latency: -1 } }, 'INVALID_ARGUMENT', /latency: latency -1 is not from 0 to 3600000 ms/],
  [{ type: 'latency', attributes: { latency: '80' } }, 'INVALID_ARGUMENT', /latency: latency 80 is not/],
  [{ type: 'bandwidth' }, 'INVALID_ARGUMENT', /bandwidth needs rate/],
  [{ type: 'bandwidth', attributes: { rate: 0 } }, 'INVALID_ARGUMENT', /rate 0 is not from 1/],
  [{ type: 'slicer', attributes: { size_variation: 1 } }, 'INVALID_ARGUMENT', /slicer needs average_size/],
];

for (const [input, code, says] of bad) {
  test(`refused: ${JSON.stringify(input)}`, () => {
    assert.throws(
      () => toToxic(input),
      (error: Error) => isTestbedError(error) && error.code === code && says.test(error.message),
    );
  });
}

test('docs/contract.md lists every toxic with its attributes, and those only', () => {
  const text = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'docs/contract.md'), 'utf8');
  const [, section = ''] = text.split('\n## Link\n');
  const rows = (section.split('\n## ')[0] as string).split('\n').filter((line) => line.startsWith('| `'));
  const names = (cell = ''): readonly string[] =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string);
  const listed = rows.map((row) => row.split('|').slice(1, 3).map(names));
  assert.equal(
    listed,
    toxicKinds.map(({ name, attributes }) => [[name], Object.keys(attributes)]),
  );
});

const addresses: readonly (readonly [text: string, shown: string | null, isLocal: boolean])[] = [
  ['127.0.0.1:6379', '127.0.0.1:6379', true],
  ['127.9.9.9:0', '127.9.9.9:0', true],
  ['localhost:6379', '127.0.0.1:6379', true],
  [':6379', '127.0.0.1:6379', true],
  ['[::1]:6379', '[::1]:6379', true],
  ['[::]:6379', '[::]:6379', false],
  ['0.0.0.0:6379', '0.0.0.0:6379', false],
  ['redis.example.com:6379', 'redis.example.com:6379', false],
  ['127.evil.example:1', '127.evil.example:1', false],
  ['127.0.0.1', null, false],
  ['127.0.0.1:', null, false],
  ['127.0.0.1:65536', null, false],
  ['127.0.0.1:-1', null, false],
  ['::1:6379', null, false],
  ['[nonsense]:1', null, false],
  ['redis://127.0.0.1:6379', null, false],
  ['', null, false],
];

for (const [text, shown, isLocal] of addresses) {
  test(`address "${text}": ${shown ?? 'none'}`, () => {
    if (shown === null) {
      assert.throws(
        () => parseAddress(text),
        (error: Error) => isTestbedError(error, 'INVALID_CONFIG'),
      );
      return;
    }
    const address = parseAddress(text);
    assert.is(formatAddress(address), shown);
    assert.is(isLoopback(address.host), isLocal);
  });
}

test.run();
