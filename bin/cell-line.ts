import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { FromCell, ToCell } from './cell-protocol.ts';

/** Names the socket on which the runner is reached where another program stands between it and a cell's process. */
export const lineVariable = 'TESTBED_LINE';

/** How the process of a cell and the runner talk. */
export interface CellLine {
  /** Resolves once it is on its way; said to nobody when nobody listens any more. */
  tell(message: FromCell): Promise<void>;
  hear(heard: (message: ToCell) => void): void;
  /** The runner is gone. */
  lost(gone: () => void): void;
  close(): void;
}

/** By IPC, as a child of the runner; or by the socket that the environment names. */
export function openLine(): CellLine {
  const path = process.env[lineVariable];
  return path === undefined ? byIpc() : bySocket(connect(path));
}

function byIpc(): CellLine {
  return {
    tell: (message) =>
      new Promise((resolve) => {
        if (process.send === undefined || !process.connected) resolve();
        else process.send(message, undefined, undefined, () => resolve());
      }),
    hear: (heard) => void process.on('message', heard),
    lost: (gone) => void process.on('disconnect', gone),
    close: () => process.disconnect?.(),
  };
}

function bySocket(socket: Socket): CellLine {
  return {
    tell: (message) =>
      new Promise((resolve) => {
        if (socket.destroyed) resolve();
        else socket.write(`${JSON.stringify(message)}\n`, () => resolve());
      }),
    hear: (heard) => readLines(socket, (message) => heard(message as ToCell)),
    lost: (gone) => void socket.on('close', gone).on('error', () => socket.destroy()),
    close: () => void socket.end(),
  };
}

/** Every line of a socket as what it says. */
export function readLines(socket: Socket, heard: (message: unknown) => void): void {
  createInterface({ input: socket }).on('line', (line) => heard(JSON.parse(line)));
}
