export { state as default } from './state.ts';
