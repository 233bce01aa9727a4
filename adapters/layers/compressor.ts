import * as zlib from 'node:zlib';
import { messageOf, TestbedError } from '../../core/error.ts';
import type { Json } from '../../core/message.ts';
import type { CompressionOptions } from '../adapter.ts';

/** What a packed payload starts with. A text that starts so by itself is stored with `spared` before it. */
const mark = '~tb:';
const spared = `${mark}=`;

interface Algorithm {
  readonly letter: string;
  pack(data: Buffer): Buffer;
  unpack(data: Buffer, limits: { maxOutputLength: number }): Buffer;
}

const algorithms: { readonly [name in CompressionOptions['algorithm']]: Algorithm } = {
  gzip: {
    letter: 'g',
    pack: (data) => zlib.gzipSync(data),
    unpack: (data, limits) => zlib.gunzipSync(data, limits),
  },
  zstd: {
    letter: 'z',
    // Told the size, it does not make room for the largest.
    pack: (data) => zlib.zstdCompressSync(data, { pledgedSrcSize: data.length }),
    unpack: (data, limits) => zlib.zstdDecompressSync(data, limits),
  },
};

/** How a payload was turned into bytes: text, text that UTF-8 cannot carry, or a JSON document. */
type Form = 's' | 'w' | 'j';

export interface CompressorFigures {
  readonly packed: number;
  /** Bytes of the packed payloads as they were, and as they are handed on: in base64, which every adapter takes. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Payloads above a size, packed into text that any adapter stores, and back. A payload that would not become smaller
 * is left as it is. It works in the caller's turn, so that what is published stays in order; its time is CPU time.
 */
export class Compressor {
  readonly #algorithm: Algorithm;
  readonly #aboveBytes: number;
  readonly #maxPayloadBytes: number;
  #packed = 0;
  #bytesBefore = 0;
  #bytesAfter = 0;

  /**
   * `maxPayloadBytes` is what the adapter below takes: it stays the bound of what is given, however small it packs, and
   * bounds what is unpacked. UNSUPPORTED for zstd on a Node without it.
   */
  constructor({ algorithm, aboveBytes }: CompressionOptions, maxPayloadBytes: number) {
    if (algorithm === 'zstd' && typeof zlib.zstdCompressSync !== 'function') {
      throw new TestbedError(
        'UNSUPPORTED',
        `Node ${process.versions.node} has no zstd (22.15 and later have)`,
      );
    }
    this.#algorithm = algorithms[algorithm];
    this.#aboveBytes = aboveBytes;
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  get figures(): CompressorFigures {
    return { packed: this.#packed, bytesBefore: this.#bytesBefore, bytesAfter: this.#bytesAfter };
  }

  /** INVALID_ARGUMENT when it is larger than the adapter takes. */
  pack(payload: Json): Json {
    if (typeof payload === 'string') return this.#packText(payload);
    if (typeof payload !== 'object' || payload === null) return payload;
    const text = JSON.stringify(payload);
    return this.#pack(text, 'j') ?? payload;
  }

  /** CORRUPT when it was packed and cannot be unpacked. */
  unpack(payload: Json): Json {
    if (typeof payload !== 'string' || !payload.startsWith(mark)) return payload;
    if (payload.startsWith(spared)) return payload.slice(spared.length);
    const [letter, form] = payload.slice(mark.length, mark.length + 2);
    const algorithm = Object.values(algorithms).find((each) => each.letter === letter);
    try {
      if (algorithm === undefined) throw new Error(`no algorithm is called "${letter}"`);
      const packed = Buffer.from(payload.slice(mark.length + 2), 'base64');
      // UTF-16 takes twice the bytes that the limit was held against, at the most.
      const data = algorithm.unpack(packed, {
        maxOutputLength: Math.min(2 * this.#maxPayloadBytes, 2 ** 31),
      });
      return form === 'j' ? JSON.parse(data.toString()) : data.toString(form === 'w' ? 'utf16le' : 'utf8');
    } catch (cause) {
      const error = `a compressed payload cannot be read back: ${messageOf(cause)}`;
      throw new TestbedError('CORRUPT', error, { cause });
    }
  }

  #packText(text: string): string {
    const packed = this.#pack(text, text.isWellFormed() ? 's' : 'w');
    if (packed !== null) return packed;
    return text.startsWith(mark) ? `${spared}${text}` : text;
  }

  /** Null when it is small, or does not become smaller. */
  #pack(text: string, form: Form): string | null {
    // A character has at most three bytes: most payloads need not be counted.
    if (text.length * 3 <= this.#aboveBytes) return null;
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxPayloadBytes) {
      throw new TestbedError(
        'INVALID_ARGUMENT',
        `a payload of ${bytes} bytes is too large: ${this.#maxPayloadBytes} is the most`,
      );
    }
    if (bytes <= this.#aboveBytes) return null;
    const { letter, pack } = this.#algorithm;
    const data = pack(Buffer.from(text, form === 'w' ? 'utf16le' : 'utf8'));
    const packed = `${mark}${letter}${form}${data.toString('base64')}`;
    if (packed.length >= bytes) return null;
    this.#packed++;
    this.#bytesBefore += bytes;
    this.#bytesAfter += packed.length;
    return packed;
  }
}
