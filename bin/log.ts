import { type Logger, pino } from 'pino';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Logs go to a file or to stderr, never into the table. Without a file only warnings reach stderr. */
export function createLog(file: string | undefined, level: string | undefined): Logger {
  const destination = pino.destination({ dest: file ?? 2, sync: true, mkdir: true });
  return pino({ level: level ?? (file === undefined ? 'warn' : 'info'), base: undefined }, destination);
}
