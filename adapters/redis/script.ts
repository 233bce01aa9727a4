import { createHash } from 'node:crypto';

/** A Lua script, known to the server by its digest once a link has loaded it. */
export interface Script {
  readonly name: string;
  readonly lua: string;
  readonly sha: string;
}

/**
 * `keeps`: it only moves or removes what is there, and must still work when the server's memory is full; otherwise
 * nothing of it is done then.
 */
export function script(name: string, lua: string, { keeps = false } = {}): Script {
  const text = `${keeps ? '#!lua flags=allow-oom\n' : ''}${lua.trim()}`;
  return { name, lua: text, sha: createHash('sha1').update(text).digest('hex') };
}
