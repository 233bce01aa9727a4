import * as assert from 'uvu/assert';
import { testbed } from './command-line.ts';

/** What is given to a command that cannot be done, the exit code of that, and what is said. */
export type Refusal = readonly [args: readonly string[], code: number, says: RegExp];

/** Each is refused with its code and its words, and nothing is printed as if it had been done. */
export async function assertRefused(command: string, rows: readonly Refusal[]): Promise<void> {
  const played = await Promise.all(rows.map(([args]) => testbed([command, ...args])));
  for (const [at, [args, code, says]] of rows.entries()) {
    const { code: found, stdout, stderr } = played[at] as (typeof played)[number];
    assert.is(found, code, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, says);
    assert.is(stdout, '');
  }
}
