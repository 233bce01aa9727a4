/** OpenMetrics as the parser of Prometheus' own client for Python reads it, which is strict. */
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openmetrics } from '../../reports/formats/openmetrics.ts';
import { playedOnce } from '../reports/golden.ts';
import { hardResults } from '../reports/hard-results.ts';

/** Debian's package is of Debian's own Python, which need not be the first on the PATH. */
const pythons = ['python3', '/usr/bin/python3'];
const python = pythons.find((each) => ended(each, 'import prometheus_client', '').status === 0);

const read = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.buffer.read().decode())
print(json.dumps([[f.name, f.type, [[s.labels, s.value] for s in f.samples]] for f in families]))
`;

type Family = readonly [
  name: string,
  type: string,
  samples: readonly (readonly [labels: { readonly [name: string]: string }, value: number])[],
];

function ended(program: string, code: string, input: string) {
  return spawnSync(program, ['-c', code], { input, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 60_000 });
}

function familiesOf(text: string): readonly Family[] {
  const { status, stdout, stderr } = ended(python as string, read, text);
  assert.is(status, 0, stderr);
  return JSON.parse(stdout) as readonly Family[];
}

if (python === undefined && process.env['CI'] !== 'true') {
  process.stdout.write('SKIP OpenMetrics by its parser: apt-get install python3-prometheus-client\n');
  test.skip('OpenMetrics by its parser');
} else {
  const results = { ...hardResults, played: await playedOnce('played'), gated: await playedOnce('gated') };
  for (const [name, result] of Object.entries(results)) {
    test(`a result that is ${name}: every number is read as it was written`, () => {
      const text = openmetrics(result, {});
      const values = text
        .split('\n')
        .flatMap((line) => (/^(#|$)/.test(line) ? [] : [Number(line.split(' ').at(-1))]));
      const families = familiesOf(text);
      const samples = families.flatMap(([, , own]) => own);
      assert.equal(
        samples.map(([, value]) => value),
        values,
      );
      assert.ok(families.every(([family, type]) => type === 'gauge' && family.startsWith('testbed_')));
      const scenarios = new Set(samples.map(([{ scenario }]) => scenario));
      const known = result.index.cells.map(({ scenario }) =>
        scenario.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' '),
      );
      assert.equal([...scenarios].sort(), [...new Set(known)].sort());
    });
  }

  test('what is no OpenMetrics is refused', () => {
    const text = openmetrics(results.ordinary, {});
    for (const wrong of [text.replace('# EOF\n', ''), text.replace('"', ''), text.replace('gauge', 'gouge')])
      assert.is.not(ended(python as string, read, wrong).status, 0);
  });
}

test.run();
