/** A stack in memory whose gateway loses one frame in 97. */
import { dropOneFrameIn } from './drops-frames.ts';

export { memoryBus as bus, memoryStorage as storage } from '../../../adapters/memory/index.ts';

dropOneFrameIn(97);
