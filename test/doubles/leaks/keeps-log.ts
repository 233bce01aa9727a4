import type { Habit } from './table.ts';

const enough = 200;

/** A log that is never shortened. The twin keeps the latest. */
class AuditLog {
  readonly entries: object[] = [];
}

export const keepsLog: Habit = (letsGo) => {
  const log = new AuditLog();
  return ({ key, sequence, type, at, producer }) => {
    log.entries.push({ what: { key, type, producer }, sequence, at: at + 0.5, tags: [producer, sequence] });
    if (letsGo && log.entries.length > enough) log.entries.shift();
  };
};
