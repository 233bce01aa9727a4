import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, scratch, testbed } from './command-line.ts';
import { commandNames, examplesIn } from './help-kit.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };

test('every command has help: what it does, its flags, and examples', async () => {
  const names = await commandNames(at);
  assert.ok(names.length >= 5, names.join());
  await inTurn(names, 2, async (name) => {
    // However it is asked for; of one command in all ways, since they share the parser.
    const ways = [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
      ['--help', name],
      [name, 'x', '--nonsense', '--help'],
    ];
    const helps = await Promise.all(
      ways.slice(0, name === names[0] ? ways.length : 1).map((args) => testbed(args, at)),
    );
    const [{ stdout } = { stdout: '' }] = helps;
    assert.match(
      stdout,
      new RegExp(`^testbed ${name}\\b[^\\n]*(\\n +.*)*\\n\\n(.+\\n)+\\n(Flags\\n {2}--|Examples\\n)`),
      name,
    );
    assert.ok(examplesIn(stdout).length > 0, `${name} has examples`);
    for (const help of helps) {
      assert.is(help.code, 0, name);
      assert.is(help.stdout, stdout, name);
      assert.is(help.stderr, '', name);
    }
  });
});

test.run();
