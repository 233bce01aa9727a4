/**
 * `npm test`: every `test/**\/*.test.ts` in a process of its own, two at a time, and one closing line.
 * A file that registers no test fails, and so does finding no file: silence is never a pass.
 * Arguments narrow the run to files whose path contains one of them; what takes minutes runs only when it is named, as
 * `npm run test:long` does.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly output: string;
}

const root = new URL('..', import.meta.url).pathname;
const compileCache = `${root}node_modules/.cache/compiled-for-tests`;
const fileTimeoutMs = 240_000;

function count(output: string, label: string): number {
  let sum = 0;
  for (const match of output.matchAll(new RegExp(`^\\s+${label}:\\s+(\\d+)`, 'gm'))) sum += Number(match[1]);
  return sum;
}

function runFile(file: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--expose-gc', file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Compiled once, not once for each of some hundred processes.
      env: { NODE_COMPILE_CACHE: compileCache, ...process.env, NO_COLOR: '1' },
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), fileTimeoutMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      let output = Buffer.concat(chunks).toString();
      const total = count(output, 'Total');
      const passed = count(output, 'Passed');
      const skipped = count(output, 'Skipped');
      let failed = total - passed;
      if (total === 0 && skipped === 0) {
        output += `\n${file} registered no test\n`;
        failed = Math.max(failed, 1);
      } else if (code !== 0 && failed === 0) {
        output += `\n${file} ended with ${signal ?? `exit code ${code}`}\n`;
        failed = 1;
      }
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const line = `${failed > 0 ? 'FAIL' : 'ok  '}  ${file}  ${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}  ${seconds} s\n`;
      process.stdout.write(failed > 0 ? `${output}\n${line}` : line);
      for (const note of output.matchAll(/^SKIP .*$/gm)) process.stdout.write(`      ${note[0]}\n`);
      resolve({ file, passed, failed, skipped, output });
    });
  });
}

async function runAll(files: readonly string[], width: number): Promise<Outcome[]> {
  const waiting = [...files];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      outcomes.push(await runFile(file));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return outcomes;
}

const wanted = process.argv.slice(2);
const named = ['test/long/', 'test/drills/', 'test/prove/'];
const files = globSync('test/**/*.test.ts', { cwd: root })
  .filter((file) =>
    wanted.length === 0
      ? !named.some((part) => file.startsWith(part))
      : wanted.some((part) => file.includes(part)),
  )
  .sort();
const outcomes = await runAll(files, Math.min(availableParallelism(), 4));
const sum = (pick: (outcome: Outcome) => number): number =>
  outcomes.reduce((total, outcome) => total + pick(outcome), 0);
const noFile = files.length === 0 ? 1 : 0;
if (noFile) process.stdout.write('no test file found\n');
const failed = sum((outcome) => outcome.failed) + noFile;
process.stdout.write(
  `${sum((outcome) => outcome.passed)} passed, ${failed} failed, ${sum((outcome) => outcome.skipped)} skipped\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
