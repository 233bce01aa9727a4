import type { Token } from './life.ts';

/**
 * To which of several lives an agent falls: the same for all who ask with the same lives, about as many to each, and where one
 * comes or goes only what is its own falls to another.
 */
export function fallsTo(agentId: string, lives: readonly Token[]): Token | undefined {
  let chosen: Token | undefined;
  let highest = -1;
  for (const token of lives) {
    const weight = hash(`${token} ${agentId}`);
    if (weight > highest) [chosen, highest] = [token, weight];
  }
  return chosen;
}

/** FNV-1a with the finish of MurmurHash3, without which names that differ in their last letter alone come to like numbers. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
