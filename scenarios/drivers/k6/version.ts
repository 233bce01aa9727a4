/** What `k6 version` says of itself. */
export interface K6Version {
  readonly major: number;
  readonly minor: number;
  /** As it is written in a record: `v1.3.0`. */
  readonly text: string;
  /** It was built with the extension that takes TypeScript. */
  readonly hasTypeScriptExtension: boolean;
}

/** Since this one it takes TypeScript by itself. */
const typeScriptSince = { major: 0, minor: 57 };

/** From `k6 v0.57.0 (commit/50afd82c18, go1.23.6, linux/amd64)`, extensions in lines below it; null when that is not k6. */
export function parseK6Version(said: string): K6Version | null {
  const match = /^k6(?:\.exe)? v?(\d+)\.(\d+)\.(\d+[^\s(]*)/m.exec(said);
  if (match === null) return null;
  const [, major, minor, rest] = match as unknown as readonly [string, string, string, string];
  return {
    major: Number(major),
    minor: Number(minor),
    text: `v${major}.${minor}.${rest}`,
    hasTypeScriptExtension: /\bxk6-ts\b/.test(said),
  };
}

/** Why this k6 cannot run this script; null when it can. */
export function unfitFor(script: string, version: K6Version): string | null {
  const { major, minor, text, hasTypeScriptExtension } = version;
  const { major: sinceMajor, minor: sinceMinor } = typeScriptSince;
  if (!/\.[mc]?ts$/.test(script) || hasTypeScriptExtension) return null;
  if (major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)) return null;
  return `k6 ${text} does not take TypeScript: it does from v${sinceMajor}.${sinceMinor} on, and before that with the extension xk6-ts built in`;
}
