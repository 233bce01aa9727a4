import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { TestbedError } from '../../core/error.ts';

/** What `--profile-with clinic:NAME` asks of clinic.js. */
export const clinicTools = ['doctor', 'flame'] as const;
export type ClinicTool = (typeof clinicTools)[number];

/** The release that is fetched where none is installed: 154 MB, once, into npm's cache. */
const release = 'clinic@13.0.0';
const fetchWithinMs = 600_000;

/** The words that run clinic: the one that is installed here or on the PATH, else one that npm fetches. */
export function clinicWords(): readonly [program: string, ...words: string[]] {
  const own = resolved();
  if (own !== null) return [process.execPath, own];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'clinic'));
  const found = onPath.find(isProgram);
  return found === undefined ? ['npm', 'exec', '--yes', `--package=${release}`, '--', 'clinic'] : [found];
}

/** Fetches it where it is not installed, before any cell waits for it. UNAVAILABLE where that cannot be done. */
export function fetchClinic(): void {
  const [program, ...words] = clinicWords();
  if (program !== 'npm') return;
  process.stderr.write(`clinic is not installed: ${release} is fetched, 154 MB, once\n`);
  const { status, stderr } = spawnSync(program, [...words, '--version'], {
    env: { ...process.env, NO_INSIGHT: '1' },
    encoding: 'utf8',
    timeout: fetchWithinMs,
  });
  if (status === 0) return;
  const said = stderr.split('\n').find((line) => /error/i.test(line)) ?? 'it took too long';
  throw new TestbedError('UNAVAILABLE', `${release} cannot be fetched: ${said}; npm install --global clinic`);
}

function resolved(): string | null {
  try {
    return createRequire(join(process.cwd(), 'package.json')).resolve('clinic/bin.js');
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
