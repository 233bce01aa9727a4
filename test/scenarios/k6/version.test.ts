import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseK6Version, unfitFor } from '../../../scenarios/drivers/k6/version.ts';

type Row = readonly [said: string, text: string | null, typescript: boolean];

// biome-ignore format: a table
const rows: readonly Row[] = [
  ['k6 v0.57.0 (commit/50afd82c18, go1.23.6, linux/amd64)\n', 'v0.57.0', true],
  ['k6 v1.3.0 (go1.24.6, darwin/arm64)', 'v1.3.0', true],
  ['k6 v2.0.0-rc1 (go1.25.1, linux/amd64)', 'v2.0.0-rc1', true],
  ['k6.exe v0.58.0 (commit/1, go1.23.6, windows/amd64)\r\n', 'v0.58.0', true],
  ['k6 v0.56.0 (commit/5, go1.23.4, linux/amd64)', 'v0.56.0', false],
  ['k6 v0.50.0 (go1.22, linux/amd64)\nExtensions:\n  github.com/grafana/xk6-ts v0.2.5, ts [js]\n', 'v0.50.0', true],
  ['k6 v0.50.0 (go1.22, linux/amd64)\nExtensions:\n  github.com/grafana/xk6-sql v0.4.0, k6/x/sql [js]\n', 'v0.50.0', false],
  ['time="2026-01-01T00:00:00Z" level=warning msg="a new version is there"\nk6 v1.0.0 (go1.24, linux/amd64)', 'v1.0.0', true],
  ['', null, false],
  ['go version go1.24.6 linux/amd64', null, false],
  ['k6: command not found', null, false],
];

for (const [said, text, typescript] of rows) {
  test(`${JSON.stringify(said)}: ${text}, ${typescript ? 'takes' : 'does not take'} TypeScript`, () => {
    const version = parseK6Version(said);
    assert.is(version?.text ?? null, text);
    if (version === null) return;
    assert.is(unfitFor('/a/load.ts', version) === null, typescript);
    assert.is(unfitFor('/a/load.js', version), null);
    if (!typescript) assert.match(unfitFor('/a/load.mts', version) as string, /from v0\.57 on, .* xk6-ts/);
  });
}

test.run();
