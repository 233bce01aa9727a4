export { memoryBus } from './bus.ts';
export { memoryStorage } from './storage.ts';
