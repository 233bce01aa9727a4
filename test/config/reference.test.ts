import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../config/package-root.ts';
import { referenceText } from '../../config/reference.ts';

const committed = readFileSync(join(packageRoot, 'docs', 'scenario-reference.md'), 'utf8');

test('docs/scenario-reference.md is what the schema says; else run: npx node config/write-reference.ts', () => {
  assert.is(committed, referenceText());
});

test('it has a row for every field, also those inside others', () => {
  for (const field of [
    'name',
    'thresholdsFrom',
    'profiles.quick',
    'lifetime.mean',
    'phases[].for',
    'eventBus.logLimit',
  ]) {
    assert.ok(committed.includes(`| \`${field}\` |`), field);
  }
});

test.run();
