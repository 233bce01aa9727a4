import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** More than a connection hands over at once. */
const bufferBytes = 65_536;

/**
 * A socket that is read into the same buffer again and again: otherwise every chunk has one of its own, made and collected.
 */
export class Inlet {
  readonly socket: Socket;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #deliver: (chunk: Buffer) => void = () => {};

  /** `open` makes a socket that reads as it is told. */
  constructor(open: (onread: OnReadOpts) => Socket) {
    this.socket = open({
      buffer: () => this.#buffer,
      callback: (bytes) => {
        this.#deliver(this.#buffer.subarray(0, bytes));
        return true;
      },
    });
  }

  /** Of a connection that was accepted, and paused on that. Node lets only a socket that connects choose how it is read. */
  static of(accepted: Socket): Inlet {
    const { _handle: handle } = accepted as Socket & { readonly _handle: object };
    return new Inlet(
      (onread) => new Socket({ handle, allowHalfOpen: true, onread } as SocketConstructorOpts),
    );
  }

  /** Whatever comes goes to `deliver`. A chunk is good until it returns, or for as long as it is wanted if it has called `keep`. */
  flowTo(deliver: (chunk: Buffer) => void): void {
    this.#deliver = deliver;
  }

  /** The next chunk comes in another buffer. */
  keep(): void {
    this.#buffer = Buffer.allocUnsafeSlow(bufferBytes);
  }
}
