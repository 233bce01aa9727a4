import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, resultIn, scratch, start, testbed, writeScenario } from './command-line.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };

/** The commands that the overview lists. */
async function commands(): Promise<readonly string[]> {
  const { code, stdout } = await testbed(['--help'], at);
  assert.is(code, 0);
  const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name as string);
  return listed.filter((name) => name !== 'testbed');
}

/** What stands under Examples: a command on a line of its own, or before a gap. */
function examplesIn(help: string): readonly string[] {
  const [, examples = ''] = help.split('\nExamples\n');
  return [...examples.matchAll(/^ {2}testbed (.+?)(?: {2,}.*)?$/gm)].map(([, words]) => words as string);
}

/** A command that serves: it says where, and then goes on until it is told. */
async function endsWhenInterrupted(args: readonly string[]): Promise<void> {
  const { child, ended } = start(args, at);
  child.stdout?.once('data', () => child.kill('SIGINT'));
  const { code, stderr } = await ended;
  // Somebody else's Redis or Toxiproxy may be on the port of the example.
  assert.ok(
    code === 130 || (code === 4 && stderr.includes('the port is in use')),
    `${args}: ${code}\n${stderr}`,
  );
}

test('every command has help: what it does, its flags, and examples', async () => {
  const names = await commands();
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

test('every example runs', async () => {
  writeScenario(folder.path, 'my');
  const memory = new URL('../../adapters/memory/index.ts', import.meta.url).href;
  writeFileSync(join(folder.path, 'my-bus.ts'), `export { memoryBus } from ${JSON.stringify(memory)};\n`);
  await testbed(['run', 'my.yaml'], at);
  cpSync(resultIn(join(folder.path, 'results')), join(folder.path, 'results/2026-11-24T09-12-07-seed'), {
    recursive: true,
  });
  const names = await commands();
  const helps = await inTurn([[], ...names.map((name) => [name])], 2, (args) =>
    testbed([...args, '--help'], at),
  );
  const examples = [...new Set(helps.flatMap(({ stdout }) => examplesIn(stdout)))];
  const spelled = examples.flatMap((words) =>
    words.includes('COMMAND') ? names.map((name) => words.replace('COMMAND', name)) : [words],
  );
  assert.ok(spelled.length >= 15, spelled.join('\n'));
  await inTurn(spelled, 2, async (words) => {
    const args = words.split(' ');
    // What plays for minutes is planned only: its files, names and flags are read all the same.
    const plays = helps.some(
      ({ stdout }) => stdout.startsWith(`testbed ${args[0]} `) && stdout.includes('--plan '),
    );
    if (args[0] === 'link' && args[1] !== '--help') return endsWhenInterrupted(args);
    const { code, stdout, stderr } = await testbed(plays ? [...args, '--plan'] : args, at);
    // The result that `show` is shown may have been played on a busy machine; one result is no trend.
    assert.ok(
      code === 0 || (['show', 'trend'].includes(args[0] as string) && code === 2),
      `testbed ${words}: ${code}\n${stdout}${stderr}`,
    );
    assert.is(stderr, '', words);
  });
  assert.not(existsSync(join(folder.path, 'reports')), 'planning makes no folder');
});

test.run();
