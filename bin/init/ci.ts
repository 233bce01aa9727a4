import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../results-folder.ts';
import { exists, shown, templateOf, unwritable, writeNew } from './template.ts';

/** Where each file belongs in a project. */
const places: { readonly [template: string]: string } = {
  'testbed.sh': 'ci/testbed.sh',
  'testbed.yml': '.github/workflows/testbed.yml',
};

/** Writes what a build server needs into a project, all of it or nothing. Returns what to do next; INVALID_CONFIG where one is there. */
export function initCi(where: string): string {
  const root = resolve(where);
  const files = templateOf('ci').map(([name, text]) => ({ file: join(root, places[name] ?? name), text }));
  const taken = files.find(({ file }) => existsSync(file));
  if (taken !== undefined) throw exists(taken.file);
  const written: string[] = [];
  try {
    for (const { file, text } of files) {
      makeFolder(dirname(file));
      writeNew(file, text);
      written.push(file);
    }
  } catch (error) {
    for (const file of written) rmSync(file, { force: true });
    throw unwritable(root, error);
  }
  return nextSteps(root);
}

function nextSteps(root: string): string {
  const [script, workflow] = Object.values(places).map((place) => shown(join(root, place)));
  return [
    `${script}: what any build server runs`,
    `${workflow}: a workflow of GitHub Actions that runs it`,
    '',
    `  sh ${script}`,
    '      the same here, into testbed-results',
    '',
    'What is played stands at the head of both. The project needs testbed among its devDependencies.',
    '',
  ].join('\n');
}
