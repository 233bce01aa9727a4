import * as assert from 'uvu/assert';
import { testbed } from './command-line.ts';

/** The commands that the overview lists. */
export async function commandNames(at: { readonly cwd: string }): Promise<readonly string[]> {
  const { code, stdout } = await testbed(['--help'], at);
  assert.is(code, 0);
  const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name as string);
  return listed.filter((name) => name !== 'testbed');
}

/** What stands under Examples: a command on a line of its own, or before a gap. */
export function examplesIn(help: string): readonly string[] {
  const [, examples = ''] = help.split('\nExamples\n');
  return [...examples.matchAll(/^ {2}testbed (.+?)(?: {2,}.*)?$/gm)].map(([, words]) => words as string);
}
