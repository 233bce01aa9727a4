/** What a stack that names this module is given. */
export { bus } from './bus.ts';
export { storage } from './storage.ts';
