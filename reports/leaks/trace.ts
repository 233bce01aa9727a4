/** What a process held after forced collections, with nothing under way, when it had done so many operations. */
export interface MemoryPoint {
  readonly operations: number;
  /** Without `codeBytes`. */
  readonly heapBytes: number;
  /** What V8 has compiled. */
  readonly codeBytes: number;
  /** Of objects of C++ that objects of the heap hold, buffers among them. */
  readonly externalBytes: number;
  readonly arrayBuffersBytes: number;
  readonly rssBytes: number;
}

/** One fresh process from after its warm-up to its end. */
export interface MemoryTrace {
  readonly seed: number;
  readonly points: readonly MemoryPoint[];
  /** Why it says nothing; null where it does. */
  readonly problem: string | null;
}
