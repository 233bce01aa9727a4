import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from '../../adapters/servers/find-binary.ts';
import { TestbedError } from '../../core/error.ts';
import type { K6Program } from '../../scenarios/drivers/k6/site.ts';
import { parseK6Version, unfitFor } from '../../scenarios/drivers/k6/version.ts';
import { entryFile } from '../own-process.ts';

/** Pinned, so that what is said to work is what is installed. */
export const k6Install = 'go install go.k6.io/k6/v2@v2.0.0';

type Environment = { readonly [name: string]: string | undefined };

/** What a program says, null where it cannot be run. */
type Ask = (program: string, words: readonly string[]) => string | null;

const ask: Ask = (program, words) => {
  const { status, stdout, error } = spawnSync(program, words, { encoding: 'utf8', timeout: 10_000 });
  return status === 0 && error === undefined ? stdout : null;
};

/**
 * The k6 that `--k6` names, on the PATH, or where Go puts programs; with the script of the user's own, or ours. UNSUPPORTED,
 * with the command that installs it, where there is none or it cannot run the script; INVALID_CONFIG for a path that leads to none.
 */
export function findK6(
  named: string | undefined,
  ownScript: string | undefined,
  environment: Environment = process.env,
  asked: Ask = ask,
): K6Program {
  const path = locateK6(named, environment, asked);
  const version = parseK6Version(asked(path, ['version']) ?? '');
  if (version === null)
    throw new TestbedError('UNSUPPORTED', `${path} does not say that it is k6: ${k6Install}`);
  const script = ownScript ?? entryFile('../scenarios/k6/load');
  const unfit = unfitFor(script, version);
  if (unfit !== null) throw new TestbedError('UNSUPPORTED', `${unfit}: ${k6Install}`);
  return { path, version: version.text, script, isOwn: ownScript !== undefined };
}

/** Where it is, whatever it is. */
export function locateK6(
  named: string | undefined,
  environment: Environment = process.env,
  asked: Ask = ask,
): string {
  return findBinary(
    { name: 'k6', variable: '--k6', folders: foldersOfGo(environment, asked), install: k6Install },
    { ...environment, '--k6': named },
  );
}

/** Where `go install` puts programs. */
function foldersOfGo(environment: Environment, asked: Ask): readonly string[] {
  const { GOBIN: bin, HOME: home = homedir() } = environment;
  const path = asked('go', ['env', 'GOPATH'])?.trim();
  return [
    ...(bin ? [bin] : []),
    ...(path ? path.split(':').map((folder) => join(folder, 'bin')) : []),
    join(home, 'go', 'bin'),
  ];
}
