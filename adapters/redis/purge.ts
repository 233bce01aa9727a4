import type { Link } from './link.ts';

const keysAtATime = 500;

/**
 * Removes every key that starts with `prefix`, a few hundred at a time, so that a server in use by others stays in
 * use.
 */
export async function purge(link: Link, prefix: string): Promise<void> {
  const pattern = `${prefix.replace(/[*?[\]^\\]/g, '\\$&')}*`;
  for (let cursor = '0'; ; ) {
    const [next, keys] = (await link.call('read', 'SCAN', [
      cursor,
      'MATCH',
      pattern,
      'COUNT',
      keysAtATime,
    ])) as [string, string[]];
    if (keys.length > 0) await link.call('write', 'UNLINK', keys);
    if (next === '0') return;
    cursor = next;
  }
}
