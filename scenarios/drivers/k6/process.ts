import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../../../core/clock.ts';

/** Where the files of one run of k6 are, and what it is to run. */
export interface K6Run {
  readonly program: string;
  readonly script: string;
  /** Its options, as JSON. */
  readonly optionsPath: string;
  /** Where its samples go. */
  readonly pointsPath: string;
  /** What the script reads, by name. */
  readonly variables: { readonly [name: string]: string };
}

export interface K6End {
  /** Null: a signal ended it. */
  readonly code: number | null;
  /** It was still there when it should have been gone. */
  readonly overdue: boolean;
  /** The last that it said of an error on stderr, or else the last that it said. */
  readonly said: string;
}

/** An interrupt it takes for a wish to end soon; what comes after that it does not survive. */
const endsWithinMs = 5000;
const lastWords = 2000;

/** What its exit codes mean, as far as they are not about a service of its makers. */
const meanings: { readonly [code: number]: string } = {
  99: 'thresholds were crossed',
  100: 'its setup took too long',
  104: 'its options are wrong',
  105: 'it was interrupted',
  107: 'the script has thrown',
  108: 'the script has ended the test',
  109: 'it crashed',
};

/** Crossed thresholds are no failure of k6: what is judged is judged by us. */
export function isGoodEnd({ code, overdue }: K6End): boolean {
  return !overdue && (code === 0 || code === 99);
}

/** How it ended, in words. */
export function describeEnd({ code, overdue, said }: K6End): string {
  const meaning = code === null ? undefined : meanings[code];
  const how = code === null ? 'k6 was killed' : `k6 ended with ${code}${meaning ? ` (${meaning})` : ''}`;
  return [overdue ? 'k6 did not end when its load did, and was stopped' : how, said]
    .filter(Boolean)
    .join(': ');
}

/** The words after the program's name. */
export function k6Words({ script, optionsPath, pointsPath, variables }: Omit<K6Run, 'program'>): string[] {
  return [
    'run',
    '--quiet',
    '--no-usage-report',
    // Any free port: another k6 may have the usual one.
    '--address=127.0.0.1:0',
    `--config=${optionsPath}`,
    `--out=json=${pointsPath}`,
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    script,
  ];
}

/** The environment without what would change the options that we give it. */
export function k6Environment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('K6_'));
  return {
    ...Object.fromEntries(others),
    K6_NO_USAGE_REPORT: 'true',
    K6_WEB_DASHBOARD: 'false',
    K6_SUMMARY_MODE: 'disabled',
  };
}

/** One run of k6. It is of our process group, and ends with it. */
export class K6Process {
  readonly ended: Promise<K6End>;
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #overdue = false;

  constructor(run: K6Run, clock: Clock) {
    this.#clock = clock;
    const child = spawn(run.program, k6Words(run), {
      env: k6Environment(process.env),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-lastWords);
    });
    this.ended = Promise.race([
      once(child, 'close').then(([code]) => code as number | null),
      once(child, 'error').then(([error]) => {
        said = String(error);
        return null;
      }),
    ]).then((code) => ({ code, overdue: this.#overdue, said: mainLine(said) }));
  }

  /** Stops it if it has not ended by then; the returned function calls that off. */
  overdueAfter(ms: number): () => void {
    return this.#clock.after(ms, () => {
      this.#overdue = true;
      this.stop();
    });
  }

  /** Asks it to end, and ends it when it does not. */
  stop(): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGINT');
    const cancel = this.#clock.after(endsWithinMs, () => this.#child.kill('SIGKILL'));
    void this.ended.then(cancel);
  }
}

/** The last line that speaks of an error, or else the last. */
function mainLine(text: string): string {
  const lines = text.trimEnd().split('\n');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim();
}
