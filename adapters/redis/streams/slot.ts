/** Letters in a slot. */
export const slotLetters = 3;

const firstLetter = 0x30;

/**
 * What a group keeps apart instead of keys, because it is short and always the same length: three of 64 letters,
 * from the key's FNV-1a hash. Two keys rarely share one, and then only wait for each other.
 */
export function slotOf(key: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV mix worst.
  hash ^= hash >>> 15;
  return String.fromCharCode(
    firstLetter + (hash & 63),
    firstLetter + ((hash >>> 6) & 63),
    firstLetter + ((hash >>> 12) & 63),
  );
}
