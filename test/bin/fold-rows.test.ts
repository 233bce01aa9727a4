/** What commands say of themselves fits a terminal. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { foldRows } from '../../bin/fold-rows.ts';
import { commandHelp, overview } from '../../bin/help.ts';
import { testbed } from '../bin/command-line.ts';

const rows = [
  ['short', 'what it is, in more words than there is room for beside its name on one line of a terminal'],
  ['a name that is far too long for a column beside other text', 'folded under it'],
] as const;

test('text folds into its column, and a name that leaves it no room stands alone', () => {
  assert.is(
    foldRows(rows, 60),
    [
      '  short  what it is, in more words than there is room for',
      '         beside its name on one line of a terminal',
      '  a name that is far too long for a column beside other text',
      '         folded under it',
      '',
    ].join('\n'),
  );
});

test('help keeps to the width that it is given', () => {
  const flags = [{ name: 'format', value: 'NAME', list: true, allowed: ['table', 'json'], what: rows[0][1] }];
  const command = {
    ...{ name: 'name', usage: '[ONE | TWO | THREE | FOUR | FIVE | SIX]', what: rows[0][1], flags },
    ...{ positional: { least: 0, most: 1 }, examples: [['testbed name', rows[0][1]] as const] },
    run: async () => 0,
  };
  for (const text of [commandHelp(command, 50), overview('1.2.3', [command], 50)])
    for (const line of text.split('\n')) assert.ok(line.length <= 50, line);
});

test('lists fit 80 columns where there is no terminal', async () => {
  const { code, stdout } = await testbed(['list']);
  assert.is(code, 0);
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
});

test.run();
