import { connect } from 'node:net';
import type { Clock } from '../../core/clock.ts';

/** What came of one question to a server over a connection of its own. */
export interface Exchange {
  readonly outcome: 'answered' | 'refused' | 'reset' | 'closed' | 'silent';
  /** From the start of the connection to what was waited for, or to how it ended instead. */
  readonly ms: number;
  /** In how many pieces the answer came. */
  readonly pieces: number;
}

/** A question that any server of its kind answers at once, to whoever asks. */
export interface Question {
  readonly sends: Buffer;
  /** How long the whole answer is. */
  readonly answerBytes: number;
  /** What is waited for is that the server ends the connection as well, once we have. Absent: its answer. */
  readonly untilEnded?: boolean;
}

/** How servers are asked; without a line here, links to a server cannot be looked at from outside. */
const questions: { readonly [technology: string]: (bytes: number) => Question | null } = {
  // It is given back what it was sent.
  redis: (bytes) => {
    const text = Buffer.alloc(Math.max(1, bytes), 'x');
    const head = `*2\r\n$4\r\nECHO\r\n$${text.length}\r\n`;
    const answerBytes = `$${text.length}\r\n`.length + text.length + 2;
    return { sends: Buffer.concat([Buffer.from(head), text, Buffer.from('\r\n')]), answerBytes };
  },
  // Whether it speaks TLS: a letter, before anybody has said who they are. There is nothing longer of that kind.
  postgres: (bytes) =>
    bytes > 1 ? null : { sends: Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), answerBytes: 1 },
  // What it can do, of no resource: whatever it says to that, it does nothing. How much it says is not known.
  http: (bytes) =>
    bytes > 1
      ? null
      : {
          sends: Buffer.from('OPTIONS * HTTP/1.1\r\nHost: testbed\r\nConnection: close\r\n\r\n'),
          answerBytes: 1,
        },
};

/** The question whose answer has about so many bytes; null: this server has none. */
export function questionFor(technology: string, bytes = 1): Question | null {
  return questions[technology]?.(bytes) ?? null;
}

/** Asks, and waits so long. Never rejects. */
export function exchange(
  { host, port }: { readonly host: string; readonly port: number },
  { sends, answerBytes, untilEnded = false }: Question,
  withinMs: number,
  clock: Clock,
): Promise<Exchange> {
  const startedMs = clock.now();
  return new Promise((resolve) => {
    let [bytes, pieces] = [0, 0];
    const socket = connect({ host, port });
    const end = (outcome: Exchange['outcome']): void => {
      cancel();
      socket.destroy();
      resolve({ outcome, ms: clock.now() - startedMs, pieces });
    };
    const cancel = clock.after(withinMs, () => end('silent'));
    socket.setNoDelay(true);
    socket.once('connect', () => socket.write(sends));
    socket.on('data', (piece) => {
      bytes += piece.length;
      pieces++;
      if (bytes < answerBytes) return;
      if (untilEnded) socket.end();
      else end('answered');
    });
    socket.once('end', () => end(untilEnded && bytes >= answerBytes ? 'answered' : 'closed'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' ? 'refused' : 'reset'),
    );
  });
}
