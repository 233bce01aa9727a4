/** A process that holds the write lock of a database until it is told to let go. */
import Database from 'better-sqlite3';

const db = new Database(process.argv[2] as string);
db.exec('BEGIN IMMEDIATE');
process.on('message', () => {
  db.exec('COMMIT');
  db.close();
  process.disconnect?.();
});
process.send?.('locked');
