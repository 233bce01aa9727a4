export { sqliteBus } from './bus.ts';
export { sqliteStorage } from './storage.ts';
