import { closeSync, constants, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Logger, pino } from 'pino';
import { TestbedError } from '../core/error.ts';
import { explain } from './error-text.ts';
import { makeFolder } from './results-folder.ts';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/**
 * Logs go to a file, or (null) to stderr, never into the table. Throws the system's error when the file cannot be
 * opened; when it cannot be written any more that is said once, and the run goes on.
 */
export function createLog(file: string | null, level: string | undefined): Logger {
  if (file !== null) prepare(file);
  const destination = pino.destination({ dest: file ?? 2, sync: true });
  let said = false;
  destination.on('error', (error: unknown) => {
    if (!said) process.stderr.write(`testbed: the log is incomplete: ${explain(error).text}\n`);
    said = true;
  });
  return pino({ level: level ?? 'info', base: undefined }, destination);
}

/** Makes the folder of a log. UNAVAILABLE for a pipe that nobody reads: to open it would wait for somebody, for ever. */
function prepare(file: string): void {
  makeFolder(dirname(resolve(file)));
  if (statSync(file, { throwIfNoEntry: false })?.isFIFO() !== true) return;
  try {
    closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (cause) {
    throw new TestbedError('UNAVAILABLE', `${file}: a pipe that nobody reads`, { cause });
  }
}
