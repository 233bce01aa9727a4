import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** What a list of evidence says of where it comes from: command, commit, machine. */
export function madeBy(command: string): readonly string[] {
  const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  const memory = `${Math.round(totalmem() / 1e9)} GB`;
  const processor = `${cpus()[0]?.model.trim()}, ${cpus().length} cores`;
  return [
    `${command}, last at commit ${stdout.trim()}`,
    `${processor}, ${memory}, kernel ${release()}, Node ${process.versions.node}`,
  ];
}
