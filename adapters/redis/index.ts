export { redisBus } from './bus.ts';
export { redisPubsubBus } from './pubsub.ts';
export { redisStorage } from './storage.ts';
