import type { RawData } from 'ws';
import type { Frame } from './gateway-socket.ts';

/** Frames that are remembered: sockets that get the same get it within a few of each other. */
const remembered = 64;

/** Reads frames that many sockets of this process are given alike: each is taken apart once, and is nobody's to change. */
export function sharedFrames(): (data: RawData) => Frame {
  const recent = new Map<string, Frame>();
  return (data) => {
    const text = String(data);
    const known = recent.get(text);
    if (known !== undefined) return known;
    const frame = JSON.parse(text) as Frame;
    const [oldest] = recent.keys();
    if (recent.size >= remembered && oldest !== undefined) recent.delete(oldest);
    recent.set(text, frame);
    return frame;
  };
}
