import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { FromCell, ToCell } from './cell-protocol.ts';

/** How the process of a cell and the runner talk. */
export interface CellLine {
  /** Resolves once it is on its way; said to nobody when nobody listens any more. */
  tell(message: FromCell): Promise<void>;
  hear(heard: (message: ToCell) => void): void;
  /** The runner is gone. */
  lost(gone: () => void): void;
  close(): void;
}

/** By IPC, as a child of the runner; or by a socket, where another program stands between it and the process. */
export function openLine(socketPath: string | undefined): CellLine {
  return socketPath === undefined ? byIpc() : bySocket(connect(socketPath));
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
