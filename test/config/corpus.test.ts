/** Bad scenario files: each one message with its place, what is wrong and what is allowed; never anything else. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { complaintOf, fileOf } from './broken.ts';
import { corpus } from './corpus.ts';

const folder = join(import.meta.dirname, 'corpus');
const good = 'name: good\nworkload:\n  phases: [{ name: steady, for: 5s }]\n';

for (const [name, place, says] of corpus) {
  test(name, () => {
    const [line = ''] = complaintOf(join(folder, `${name}.yaml`), { env: { WORD: 'abc' } }).split('\n');
    const where = place.includes('.yaml') ? place : `${name}.yaml:${place}`;
    assert.ok(
      line.includes(`/${where}: `) && line.includes(says),
      `${line}\nshould be at ${where} and say ${says}`,
    );
  });
}

test('the table has every file of the corpus, and there are enough', () => {
  const files = readdirSync(folder).map((file) => basename(file, '.yaml'));
  assert.equal(corpus.map(([name]) => name).sort(), files.sort());
  assert.ok(files.length >= 60);
});

test('several problems come together, first things first, at most ten', () => {
  const several = complaintOf(join(folder, 'several.yaml'));
  const lines = several.split('\n').map((line) => Number(/:(\d+):\d+: /.exec(line)?.[1]));
  assert.equal(lines, [1, 2, 4, 5, 6]);
  const many = fileOf(`${good}${Array.from({ length: 30 }, (_, index) => `wrong${index}: 1\n`).join('')}`);
  const shown = complaintOf(many).split('\n');
  assert.is(shown.length, 11);
  assert.is(shown.at(-1), '... and 20 more');
});

/** Files that nobody writes by hand. Most problems have no line, since there are none. */
const hostile: readonly (readonly [what: string, content: string | Uint8Array, says: string])[] = [
  [
    '10 MB',
    new Uint8Array(10_000_000).fill(32),
    ':1:1: the file has 10000000 bytes (allowed: at most 1000000)',
  ],
  [
    'UTF-16, little end first',
    Buffer.from(`\uFEFF${good}`, 'utf16le'),
    ':1:1: not UTF-8; it looks like UTF-16',
  ],
  [
    'UTF-16, big end first',
    Buffer.from(`\uFEFF${good}`, 'utf16le').swap16(),
    ':1:1: not UTF-8; it looks like UTF-16',
  ],
  ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), ':1:2: the control character U+0000'],
  [
    'Latin-1',
    Buffer.from(`${good}description: caf\u00e9\n`, 'latin1'),
    ':4:17: not UTF-8; it looks like another encoding',
  ],
  [
    'a replacement character of its own, then a bad byte',
    Buffer.concat([Buffer.from('# \uFFFD\n# '), Buffer.of(0xc3, 0x28)]),
    ':2:3: not UTF-8',
  ],
  ['an overlong encoding', Buffer.from([0x23, 0xc0, 0xaf]), ':1:2: not UTF-8'],
  ['a surrogate half', Buffer.from([0x23, 0xed, 0xa0, 0x80]), ':1:2: not UTF-8'],
  ['a NUL', 'name: good\u0000\n', ':1:11: the control character U+0000'],
  ['an escape sequence', `${good}description: "\u001b[31mred"\n`, ':4:15: the control character U+001B'],
  ['flow collections without end', '['.repeat(200_000), ':1:'],
  ['sequences without end', `${'- '.repeat(100_000)}x`, ':1:'],
  ['flow collections nested 1,000 deep', `name: ${'['.repeat(1000)}${']'.repeat(1000)}`, 'nested too deeply'],
  [
    '50,000 keys',
    Array.from({ length: 50_000 }, (_, index) => `key${index}: 1\n`).join(''),
    'more than 20000 values',
  ],
  ['50,000 items', `name: [${'1,'.repeat(50_000)}]`, 'more than 20000 values'],
  ['10,000 syntax errors', ': : @ %\n'.repeat(10_000), ':1:'],
  ['a key of 100 kB', `${good}${'k'.repeat(100_000)}: 1\n`, ':4:'],
  ['a value of 500 kB', `${good}durability: ${'v'.repeat(500_000)}\n`, ':4:13: durability: "vvv'],
  [
    'a bound of 100 kB',
    `${good}thresholds: { errors: "value ${'<'.repeat(100_000)} 5" }\n`,
    ':4:23: thresholds.errors: ',
  ],
  ['only a byte order mark', '\uFEFF', ':1:1: the document is empty'],
];

for (const [what, content, says] of hostile) {
  test(`refused: ${what}`, () => {
    const complaint = complaintOf(fileOf(content));
    assert.ok(complaint.includes(says), `${complaint.slice(0, 500)}\nshould say ${says}`);
    assert.ok(complaint.length < 10_000, `the message has ${complaint.length} characters`);
  });
}

test('a byte order mark and other line ends are no problem', () => {
  for (const text of [
    `\uFEFF${good}`,
    good.replaceAll('\n', '\r\n'),
    `\uFEFF${good.replaceAll('\n', '\r\n')}`,
    good.trimEnd(),
  ]) {
    assert.is(complaintOf(fileOf(text)), '');
  }
});

test('with a byte order mark and CRLF, places are still right', () => {
  const text = `\uFEFF${good}wrong: 1\n`.replaceAll('\n', '\r\n');
  assert.match(complaintOf(fileOf(text)), /yaml:4:1: wrong: unknown key/);
});

test('what is not a file with text in it', () => {
  const file = fileOf(good);
  assert.match(complaintOf(`${file}.missing.yaml`), /missing\.yaml: no such file$/);
  assert.match(complaintOf(`${file}/inside.yaml`), /inside\.yaml: no such file$/);
  assert.match(complaintOf(dirname(file)), /: not a file$/);
  assert.match(complaintOf('/dev/zero'), /: not a file$/);
  assert.match(complaintOf(`./with\u0000nul.yaml`), /cannot be read/);
  assert.match(complaintOf(`./${'long'.repeat(2000)}.yaml`), /cannot be read|no such file/);
  assert.match(complaintOf('basline'), /^unknown scenario "basline"; did you mean "baseline"\?/);
});

test('a loop of extends through a link is found', () => {
  const links = join(dirname(fileOf(good)), 'links');
  mkdirSync(links);
  const file = fileOf('name: loop\nextends: ./links/same.yaml\n', 'loop.yaml');
  symlinkSync(file, join(links, 'same.yaml'));
  assert.match(complaintOf(file), /loop\.yaml:2:10: extends: a loop: /);
});

test('a chain of extends ends somewhere', () => {
  for (let index = 0; index < 30; index++) {
    fileOf(`name: link\nextends: ./link-${index + 1}.yaml\n`, `link-${index}.yaml`);
  }
  assert.match(
    complaintOf(fileOf('name: start\nextends: ./link-0.yaml\n')),
    /more than 20 files extend each other/,
  );
});

test('the corpus is broken as people break files: no bytes but plain text', () => {
  for (const [name] of corpus)
    assert.match(readFileSync(join(folder, `${name}.yaml`), 'utf8'), /^[\x20-\x7e\n\t]*$/);
});

test.run();
