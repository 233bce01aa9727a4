import { connect } from 'node:net';

/**
 * Asks a server without a client library: resolves when it has answered PONG and its process is `pid`, so that
 * another server on the same port is never taken for ours. A server that is still loading its data does not answer
 * PONG.
 */
export function pingRedis(port: number, pid: number, withinMs = 1_000): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: withinMs });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('timeout', () => socket.destroy(new Error(`no answer to PING in ${withinMs} ms`)));
    socket.on('error', reject);
    socket.on('close', () => {
      const process = /process_id:(\d+)/.exec(answer)?.[1];
      if (answer.startsWith('+PONG') && process === String(pid)) resolve();
      else if (process !== undefined && process !== String(pid))
        reject(new Error(`process ${process} answers on port ${port}, not ours (${pid})`));
      else reject(new Error(`to PING it says ${JSON.stringify(answer.split('\r\n')[0] ?? '')}`));
    });
    socket.end('PING\r\nINFO server\r\nQUIT\r\n');
  });
}
