/** `npm run check`: types, lint and format, and the import law, side by side; seconds. */
import { spawn } from 'node:child_process';
import { examples, lacking } from './examples/example.ts';

type Step = readonly [name: string, command: string, ...args: string[]];

const lacks = examples.map(lacking).filter((command) => command !== null);
for (const command of lacks) process.stdout.write(`SKIP  types of the examples: ${command}\n`);
const ofExamples: readonly Step[] =
  lacks.length > 0 ? [] : [['types of the examples', 'node_modules/.bin/tsc', '--project', 'examples']];

const steps: readonly Step[] = [
  ['types', 'node_modules/.bin/tsc', '--noEmit'],
  ...ofExamples,
  ['lint and format', 'node_modules/.bin/biome', 'check', '.'],
  ['import law', process.execPath, 'test/law/imports.test.ts'],
  ['law of the examples', process.execPath, 'test/law/examples.test.ts'],
];

const root = new URL('..', import.meta.url).pathname;

function run([name, command, ...args]: Step): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      process.stdout.write(code === 0 ? `ok    ${name}\n` : `FAIL  ${name}\n${Buffer.concat(output)}\n`);
      resolve(code === 0);
    });
  });
}

const results = await Promise.all(steps.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
