import { isTestbedError, TestbedError } from '../../core/error.ts';
import type { Durability } from '../adapter.ts';
import { type Persistence, persistenceOf } from './durability.ts';
import type { Link } from './link.ts';

const oldestMajor = 7;
const asked = ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy'] as const;

export type Settings = { readonly [name in (typeof asked)[number]]: string } & { readonly version: string };

/** What the server says of itself; `unknown` where it does not allow the question. */
export async function readSettings(link: Link): Promise<Settings> {
  const info = String(await link.call('read', 'INFO', ['server']));
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
  const values: { [name: string]: string } = {};
  for (const name of asked) values[name] = await readSetting(link, name);
  return { version, ...values } as Settings;
}

async function readSetting(link: Link, name: string): Promise<string> {
  try {
    const answer = (await link.call('read', 'CONFIG', ['GET', name])) as string[];
    return answer[1] ?? 'unknown';
  } catch (error) {
    if (isTestbedError(error, 'UNAVAILABLE')) throw error;
    // Hosted servers forbid CONFIG, in different words.
    return 'unknown';
  }
}

/**
 * UNSUPPORTED unless the server is one that these adapters know, and does what `durability` says, no more and no
 * less.
 */
export function checkServer(settings: Settings, durability: Durability): void {
  const { version, appendonly, appendfsync } = settings;
  if (Number.parseInt(version, 10) < oldestMajor) {
    throw new TestbedError(
      'UNSUPPORTED',
      `Redis ${version} is too old: ${oldestMajor}.0 is the oldest that will do`,
    );
  }
  if (appendonly === 'unknown' || appendfsync === 'unknown') {
    if (durability === 'none') return;
    throw new TestbedError(
      'UNSUPPORTED',
      `this Redis does not let its persistence settings be read, so durability "${durability}" cannot be vouched for; "none" can`,
    );
  }
  const actual = durabilityOf(settings);
  if (actual === durability) return;
  throw new TestbedError(
    'UNSUPPORTED',
    `this Redis has appendonly ${appendonly}, appendfsync ${appendfsync}: that is durability "${actual}", not "${durability}"`,
  );
}

/** The name of what the server does. */
export function durabilityOf({ appendonly, appendfsync }: Pick<Settings, keyof Persistence>): Durability {
  if (appendonly === 'no') return 'none';
  const match = Object.entries(persistenceOf).find(
    ([, known]) => known.appendonly === appendonly && known.appendfsync === appendfsync,
  );
  return match?.[0] ?? 'unknown';
}
