/** The examples that `--help` gives are commands that work. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inTurn, resultIn, scratch, start, testbed, writeScenario } from '../bin/command-line.ts';
import { commandNames, examplesIn } from '../bin/help-kit.ts';

const folder = scratch();
test.after(() => folder.remove());
const at = { cwd: folder.path };
const as = '-c user.name=nobody -c user.email=nobody@example.org';

/** A command that serves: it says where, and then goes on until it is told; a gateway has then drained, and is done. */
async function endsWhenInterrupted(args: readonly string[]): Promise<void> {
  const { child, ended } = start(args, at);
  child.stdout?.once('data', () => child.kill('SIGINT'));
  const { code, stderr } = await ended;
  // On the port of an example there may be somebody else's Redis or Toxiproxy, or nobody.
  assert.ok(
    code === 130 ||
      (args[0] !== 'link' && code === 0) ||
      (code === 4 && /the port is in use|connection refused/.test(stderr)),
    `${args}: ${code}\n${stderr}`,
  );
}

test('every example runs', async () => {
  writeScenario(folder.path, 'my');
  const memory = new URL('../../adapters/memory/index.ts', import.meta.url).href;
  writeFileSync(join(folder.path, 'my-bus.ts'), `export { memoryBus } from ${JSON.stringify(memory)};\n`);
  // A package of its own with a main branch, as somebody's adapter is.
  const manifest = { name: 'my-bus', version: '1.0.0', type: 'module', exports: './my-bus.ts' };
  writeFileSync(join(folder.path, 'package.json'), JSON.stringify(manifest));
  for (const words of [
    'init -q',
    'add .',
    `${as} commit -q -m first`,
    'update-ref refs/remotes/origin/main HEAD',
  ])
    execFileSync('git', words.split(' '), at);
  await testbed(['run', 'my.yaml'], at);
  cpSync(resultIn(join(folder.path, 'results')), join(folder.path, 'results/2026-11-24T09-12-07-seed'), {
    recursive: true,
  });
  const names = await commandNames(at);
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
    const plans = helps.some(
      ({ stdout }) => stdout.startsWith(`testbed ${args[0]} `) && stdout.includes('--plan '),
    );
    const plays = plans && (args[0] !== 'report' || args.includes('--run'));
    const serves = ['link', 'serve', 'node'].includes(args[0] as string);
    if (serves && args[1] !== '--help') return endsWhenInterrupted(args);
    const { code, stdout, stderr } = await testbed(plays ? [...args, '--plan'] : args, at);
    // The result that `show` is shown may have been played on a busy machine; one result is no trend.
    assert.ok(
      code === 0 || (['show', 'report', 'trend'].includes(args[0] as string) && code === 2),
      `testbed ${words}: ${code}\n${stdout}${stderr}`,
    );
    assert.is(stderr, '', words);
  });
  assert.not(existsSync(join(folder.path, 'reports')), 'planning makes no folder');
});

test.run();
