import { readFileSync } from 'node:fs';
import { findUp } from './find-up.ts';

/** The version of this package. */
export function version(): string {
  return (JSON.parse(readFileSync(findUp('package.json'), 'utf8')) as { version: string }).version;
}
