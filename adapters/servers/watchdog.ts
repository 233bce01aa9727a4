import { spawn } from 'node:child_process';
import type { ProcessEntry } from './process-table.ts';

/**
 * Outlives us: ends a server and removes its directory when we are gone, whatever ended us. It learns of that by
 * the pipe from us closing, which the kernel does for us even after SIGKILL. A shell, because it costs a megabyte
 * where a second Node costs forty. A pid is only ever killed together with the birth it was told: pids are used
 * again.
 */
const script = `
trap '' HUP INT TERM QUIT
born() {
  if [ -d /proc/self ]; then
    IFS= read -r stat 2>/dev/null < "/proc/$1/stat" || return
    set -- \${stat##*) }
    echo "\${20}"
  else
    LC_ALL=C ps -o lstart= -p "$1" | sed 's/ *$//'
  fi
}
children() {
  if [ -d /proc/self ]; then
    for file in /proc/[0-9]*/stat; do
      IFS= read -r stat 2>/dev/null < "$file" || continue
      file=\${file%/stat}
      parent=\${stat##*) ? }
      [ "\${parent%% *}" = "$1" ] && echo "\${file#/proc/}"
    done
  else
    ps -A -o ppid= -o pid= | sed -n "s/^ *$1  *//p"
  fi
}
pid=
while IFS=' ' read -r word number birth; do
  case "$word" in
    watch|family) pid=$number; birthday=$birth; watched=$word ;;
    forget) pid= ;;
    done) exit 0 ;;
  esac
done
if [ -n "$pid" ] && [ "$(born "$pid")" = "$birthday" ]; then
  if [ "$watched" = family ]; then
    kill -s STOP "$pid" # it starts nothing more
    for child in $(children "$pid"); do kill -s KILL "$child"; done
  fi
  kill -s KILL -- "-$pid"
fi
for try in 1 2 3 4 5 6 7 8 9 10; do
  chmod -R u+rwX -- "$1" 2>/dev/null # a fault may have closed it
  rm -rf -- "$1" 2>/dev/null
  [ -e "$1" ] || exit 0
  sleep 0.2 # what the server started may still be writing there
done
`;

/** One server's watchdog. */
export interface Watchdog {
  readonly pid: number;
  /** From now on this process, the leader of its group, is the one to end. */
  watch(process: ProcessEntry): void;
  /** The same, and what it has started itself: Postgres' own children leave its group, and live on when they stand still. */
  watchFamily(server: ProcessEntry): void;
  /** The process has ended and was reaped; the directory stays watched. */
  forget(): void;
  /** Nothing is left to do: it ends. */
  dismiss(): Promise<void>;
}

/** Resolves once the watchdog runs. It keeps nothing of ours alive. */
export async function startWatchdog(directory: string): Promise<Watchdog> {
  // By the environment, so that who lists the processes of the machine reads a name and not the script.
  const child = spawn('/bin/sh', ['-c', 'eval "$SCRIPT"', 'testbed-watchdog', directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', SCRIPT: script },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // A watchdog that somebody killed must not take us with it; what it would have done is then not done.
  child.stdin.on('error', () => process.emitWarning('a server watchdog has ended early'));
  child.unref();
  (child.stdin as typeof child.stdin & { unref(): void }).unref();
  return {
    pid: child.pid as number,
    watch: ({ pid, birth }) => void child.stdin.write(`watch ${pid} ${birth}\n`),
    watchFamily: ({ pid, birth }) => void child.stdin.write(`family ${pid} ${birth}\n`),
    forget: () => void child.stdin.write('forget\n'),
    async dismiss() {
      child.ref();
      child.stdin.end('done\n');
      await ended;
    },
  };
}
