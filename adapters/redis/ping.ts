import { exchange } from './exchange.ts';

/**
 * Resolves when a server has answered PONG and its process is `pid`, so that another server on the same port is never taken
 * for ours. A server that is still loading its data does not answer PONG.
 */
export async function pingRedis(port: number, pid: number, withinMs?: number): Promise<void> {
  const answer = await exchange(port, ['PING', 'INFO server'], withinMs);
  const process = /process_id:(\d+)/.exec(answer)?.[1];
  if (answer.startsWith('+PONG') && process === String(pid)) return;
  if (process !== undefined && process !== String(pid))
    throw new Error(`process ${process} answers on port ${port}, not ours (${pid})`);
  throw new Error(`to PING it says ${JSON.stringify(answer.split('\r\n')[0] ?? '')}`);
}
