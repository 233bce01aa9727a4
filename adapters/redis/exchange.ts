import { connect } from 'node:net';

/**
 * Says something to a redis-server of our own without a client library. Resolves to all that it answers, or to what it had
 * answered when the connection ended; rejects when it says nothing for `withinMs`, or nobody listens.
 */
export function exchange(port: number, commands: readonly string[], withinMs = 1_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: withinMs });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('timeout', () => socket.destroy(new Error(`no answer to ${commands[0]} in ${withinMs} ms`)));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.end([...commands, 'QUIT', ''].join('\r\n'));
  });
}
