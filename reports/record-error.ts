/**
 * A result on disk is not what it should be: missing, truncated, changed, or written by another version.
 * `reports/` imports nothing of ours, so this is its own class; the command line translates it (exit code 3).
 */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly code = 'INVALID_RECORD';
  /** The file, as the caller named it. */
  readonly path: string;
  /** Where in the document, e.g. `metrics.spawn_ms.avg`; empty for the whole of it. */
  readonly at: string;

  constructor(path: string, at: string, message: string, options?: { cause?: unknown }) {
    super(at === '' ? `${path}: ${message}` : `${path}: ${at}: ${message}`, options);
    this.path = path;
    this.at = at;
  }
}
