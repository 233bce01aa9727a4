import { type Logger, pino } from 'pino';
import { explain } from './error-text.ts';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/**
 * Logs go to a file, or (null) to stderr, never into the table. Throws the system's error when the file cannot be
 * opened; when it cannot be written any more that is said once, and the run goes on.
 */
export function createLog(file: string | null, level: string | undefined): Logger {
  const destination = pino.destination({ dest: file ?? 2, sync: true, mkdir: true });
  let said = false;
  destination.on('error', (error: unknown) => {
    if (!said) process.stderr.write(`testbed: the log is incomplete: ${explain(error).text}\n`);
    said = true;
  });
  return pino({ level: level ?? 'info', base: undefined }, destination);
}
