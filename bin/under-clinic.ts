/**
 * Stands between the runner and the process of one cell, which clinic.js has to start itself, and so cannot be a child of the
 * runner: passes on by a socket what the two say. Clinic's page is put beside the record before the runner hears of it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLine, readLines } from './cell-line.ts';
import { keepOutput, reasonIn } from './cell-output.ts';
import type { CellOrder, FromCell, ToCell } from './cell-protocol.ts';
import { entryFile } from './own-process.ts';
import { addFiles } from './profile/add-files.ts';
import { type ClinicTool, clinicWords } from './profile/clinic.ts';

const [tool, ...execArgv] = process.argv.slice(2) as [ClinicTool, ...string[]];

const runner = openLine(undefined);
runner.hear((message) => {
  if (message.kind === 'run') void play(message).finally(() => runner.close());
});

async function play(order: CellOrder & { readonly kind: 'run' }): Promise<void> {
  // Not with the data, which the cell removes; and the path of a socket has to be short.
  const folder = await mkdtemp(join(tmpdir(), 'testbed-clinic-'));
  const socketPath = join(folder, 'line');
  let last: FromCell | null = null;
  const server = createServer((socket) => {
    follow(socket, (message) => {
      if (message.kind === 'progress') void runner.tell(message);
      else last = message;
    });
    say(socket, order);
  });
  await new Promise<void>((listening) => server.listen(socketPath, listening));
  const clinic = startClinic(folder, socketPath);
  const output = keepOutput(clinic);
  // The runner is gone: nobody will look at what clinic makes of it.
  runner.lost(() => clinic.kill());
  const code = await new Promise<number | null>((ended) => {
    clinic.on('close', ended);
    clinic.on('error', () => ended(null));
  });
  server.close();
  const outcome = await outcomeOf(last, { code, output: output() }, folder, order);
  await rm(folder, { recursive: true, force: true });
  await runner.tell(outcome);
}

function startClinic(folder: string, socketPath: string): ChildProcess {
  const [program, ...words] = clinicWords();
  const command = [process.execPath, ...execArgv, entryFile('cell'), socketPath];
  return spawn(program, [...words, tool, '--open=false', `--dest=${folder}`, '--', ...command], {
    // It asks on its first start whether it may send what it learns, and ends with nothing done where nobody answers.
    env: { ...process.env, NO_INSIGHT: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function follow(socket: Socket, heard: (message: FromCell) => void): void {
  readLines(socket, (message) => heard(message as FromCell));
  socket.on('error', () => socket.destroy());
  runner.hear((message) => say(socket, message));
}

function say(socket: Socket, message: ToCell): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}

async function outcomeOf(
  last: FromCell | null,
  { code, output }: { readonly code: number | null; readonly output: string },
  folder: string,
  { directory, outputDirectory }: CellOrder,
): Promise<FromCell> {
  if (last !== null && last.kind !== 'done') return last;
  const page = (await readdir(folder)).find((name) => name.endsWith('.html'));
  if (last === null || page === undefined) {
    const message = `clinic ${tool} ended with ${code === null ? 'no exit code' : `exit code ${code}`} and left no page${reasonIn(output)}`;
    return { kind: 'failed', code: 'UNAVAILABLE', message, detail: output };
  }
  const name = `clinic-${tool}.html`;
  await copyFile(join(folder, page), join(outputDirectory, name));
  await addFiles(directory, last.record, `clinic:${tool} looked on, which costs time`, [name]);
  return last;
}
