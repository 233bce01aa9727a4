import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { JournalFile, journalName } from '../../chaos/journal.ts';
import { type Undone, undoAll } from '../../chaos/undo.ts';
import { TestbedError } from '../../core/error.ts';
import type { Command } from '../command.ts';

export const recover: Command = {
  name: 'recover',
  usage: 'RESULT',
  what: 'Takes back what the faults of a run that was killed have left: from the undo journals in its results folder.',
  positional: { least: 1, most: 1 },
  flags: [],
  examples: [['testbed recover results/2026-11-24T09-12-07-seed', 'after a kill -9 of everything']],
  async run({ positional: [folder = ''] }) {
    const journals = journalsIn(folder);
    let problems = 0;
    for (const journal of journals) {
      const undone = undoAll(journal);
      for (const one of undone) process.stdout.write(lineOf(one));
      problems += undone.filter(({ problem }) => problem !== null).length;
      new JournalFile(journal).close();
    }
    const counted = `${journals.length} undo ${journals.length === 1 ? 'journal' : 'journals'}`;
    const left = problems === 0 ? 'nothing is left' : `${problems} steps could not be undone`;
    process.stdout.write(`${counted} in ${folder}: ${left}\n`);
    return problems === 0 ? 0 : 1;
  },
};

/** What became of a step: `gone` what had ended, or been removed, before we came. */
function lineOf({ step, problem, found }: Undone): string {
  if (problem !== null) return `FAILED  ${step}: ${problem}\n`;
  return found ? `undone  ${step}\n` : `gone    ${step}: it was gone already\n`;
}

function journalsIn(folder: string): readonly string[] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory())
    throw new TestbedError(
      'INVALID_CONFIG',
      `${folder}: no such folder (wanted: the results folder of a run)`,
    );
  return globSync(`**/${journalName}`, { cwd: folder }).map((name) => join(folder, name));
}
