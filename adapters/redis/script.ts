import { createHash } from 'node:crypto';

/** A Lua script, known to the server by its digest once a link has loaded it. */
export interface Script {
  readonly name: string;
  readonly lua: string;
  readonly sha: string;
}

/**
 * `keeps`: it only moves or removes what is there, and must still work when the server's memory is full; otherwise
 * nothing of it is done then. `reads`: it writes nothing, and is answered also while the server's memory is full, or
 * its writes are paused.
 */
export function script(name: string, lua: string, { keeps = false, reads = false } = {}): Script {
  const flag = reads ? 'no-writes' : keeps ? 'allow-oom' : null;
  const text = `${flag === null ? '' : `#!lua flags=${flag}\n`}${lua.trim()}`;
  return { name, lua: text, sha: createHash('sha1').update(text).digest('hex') };
}
