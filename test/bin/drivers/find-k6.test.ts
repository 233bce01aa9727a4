import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findK6, k6Install } from '../../../bin/drivers/find-k6.ts';
import { isTestbedError } from '../../../core/error.ts';

const root = mkdtempSync(join(tmpdir(), 'testbed-find-k6-'));
test.after(() => rmSync(root, { recursive: true }));

/** A file `k6` in each of these folders, below one that holds nothing else. */
function folders(name: string, ...places: readonly string[]): string {
  const top = join(root, name);
  mkdirSync(top);
  for (const place of places) {
    mkdirSync(join(top, place), { recursive: true });
    const file = join(top, place, 'k6');
    writeFileSync(file, '');
    if (!place.includes('not-executable')) chmodSync(file, 0o755);
  }
  return top;
}

const version = 'k6 v1.3.0 (go1.24.6, linux/amd64)';

interface Row {
  readonly what: string;
  readonly places: readonly string[];
  readonly named?: string;
  /** Of each `$` the folder of the row. */
  readonly environment?: { readonly [name: string]: string };
  readonly goPath?: string;
  readonly found: string | null;
}

const rows: readonly Row[] = [
  { what: 'on the PATH', places: ['a', 'b'], environment: { PATH: '$/none:$/a:$/b' }, found: 'a' },
  {
    what: 'a file that cannot be run is none',
    places: ['not-executable', 'b'],
    environment: { PATH: '$/not-executable:$/b' },
    found: 'b',
  },
  {
    what: '--k6 goes before the PATH',
    places: ['a', 'c'],
    named: '$/c/k6',
    environment: { PATH: '$/a' },
    found: 'c',
  },
  { what: '--k6 may be its folder', places: ['c'], named: '$/c', found: 'c' },
  { what: 'in GOBIN', places: ['bin', 'go/bin'], environment: { GOBIN: '$/bin' }, found: 'bin' },
  { what: 'where go says', places: ['gopath/bin', 'go/bin'], goPath: '$/gopath', found: 'gopath/bin' },
  { what: 'in the second folder that go says', places: ['two/bin'], goPath: '$/one:$/two', found: 'two/bin' },
  { what: 'where go puts it when nothing is said', places: ['go/bin'], found: 'go/bin' },
  { what: 'nowhere', places: [], found: null },
];

for (const [at, { what, places, named, environment = {}, goPath, found }] of rows.entries()) {
  test(`${what}: ${found ?? 'UNSUPPORTED'}`, () => {
    const top = folders(`row-${at}`, ...places);
    const here = (text: string): string => text.replaceAll('$', top);
    const written = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, here(value)]),
    );
    const find = () =>
      findK6(named && here(named), undefined, { HOME: top, PATH: '', ...written }, (program) => {
        if (program === 'go') return goPath === undefined ? null : `${here(goPath)}\n`;
        return version;
      });
    if (found !== null) assert.is(find().path, join(top, found, 'k6'));
    else
      assert.throws(
        find,
        (error: unknown) => isTestbedError(error, 'UNSUPPORTED') && error.message.includes(k6Install),
      );
  });
}

function codeWith(named: string | undefined, said: string | null, script?: string): string {
  try {
    const { isOwn } = findK6(named, script, { HOME: root, PATH: '' }, (program) =>
      program === 'go' ? null : said,
    );
    return isOwn ? 'own' : 'ours';
  } catch (error) {
    return isTestbedError(error) ? error.code : String(error);
  }
}

test('a path that leads nowhere is a mistake; what is no k6, or takes no TypeScript, is UNSUPPORTED', () => {
  const top = folders('codes', 'here');
  const path = join(top, 'here', 'k6');
  assert.is(codeWith(join(top, 'there'), version), 'INVALID_CONFIG');
  assert.is(codeWith(path, null), 'UNSUPPORTED');
  assert.is(codeWith(path, 'kubectl 6'), 'UNSUPPORTED');
  assert.is(codeWith(path, 'k6 v0.49.0 (go1.21, linux/amd64)'), 'UNSUPPORTED');
  assert.is(codeWith(path, 'k6 v0.49.0 (go1.21, linux/amd64)', '/my/own.ts'), 'UNSUPPORTED');
  assert.is(codeWith(path, 'k6 v0.49.0 (go1.21, linux/amd64)', '/my/own.js'), 'own');
  assert.is(codeWith(path, version), 'ours');
});

test.run();
