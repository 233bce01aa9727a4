import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** The machine and runtime that a run's numbers belong to. Numbers of another fingerprint do not compare. */
export interface Environment {
  readonly fingerprint: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly platform: string;
  readonly kernel: string;
  readonly node: string;
  readonly v8: string;
  /** Commit of the working directory, or null outside a repository. */
  readonly commit: string | null;
  readonly ci: boolean;
  /** The modules that the stack names. Absent: none. */
  readonly modules?: readonly ModuleFacts[];
}

/** What a record says of somebody's module. */
export interface ModuleFacts {
  readonly name: string;
  readonly brings: readonly ('bus' | 'storage' | 'system')[];
  /** Of the package that it belongs to; null when there is none. */
  readonly version: string | null;
  /** Of its content, 16 letters. */
  readonly hash: string;
}

export function readEnvironment(): Environment {
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 1e6),
    platform: `${platform()} ${arch()}`,
    kernel: release(),
    node: process.versions.node,
    v8: process.versions.v8,
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 16);
  return { fingerprint, ...machine, commit: readCommit(), ci: process.env['CI'] === 'true' };
}

function readCommit(): string | null {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2000,
    };
    // Somebody may be committing: we only look, and must not take the index's lock for it.
    const ask = (...args: string[]): string =>
      execFileSync('git', ['--no-optional-locks', ...args], options).trim();
    const commit = ask('rev-parse', '--short=12', 'HEAD');
    const changed = ask('status', '--porcelain', '--untracked-files=no');
    return changed === '' ? commit : `${commit} with changes`;
  } catch {
    // No git, or no repository here: the commit is simply not known.
    return null;
  }
}
