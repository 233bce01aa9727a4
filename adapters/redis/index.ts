export { redisBus } from './bus.ts';
