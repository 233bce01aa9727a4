import { resolve } from 'node:path';
import type { Flag, Flags } from '../command.ts';
import { locateK6 } from './find-k6.ts';

export const k6Flag: Flag = {
  name: 'k6',
  value: 'PATH',
  what: 'the k6 of scenarios whose driver it is; default on the PATH, or where go install puts it',
};

/** The k6 that somebody named, absolute; INVALID_CONFIG where it is none, before anything is played. */
export function k6Named(flags: Flags): string | undefined {
  const named = flags.text('k6');
  return named === undefined ? undefined : locateK6(resolve(named));
}
