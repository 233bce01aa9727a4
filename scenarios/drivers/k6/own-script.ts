/**
 * A script that plays somebody's own as it is, but for what comes first: it waits for the sign to begin, then does what that
 * script has to do before its load.
 */
export function aroundOwn(script: string, startUrl: string): string {
  const [from, url] = [JSON.stringify(script), JSON.stringify(startUrl)];
  return `import http from 'k6/http';
import * as own from ${from};

export * from ${from};
export { default } from ${from};

export function setup() {
  const begun = http.get(${url}, { timeout: '10m', tags: { kind: 'start' } });
  if (begun.status !== 200) throw new Error('no sign to begin: status ' + begun.status);
  return own.setup === undefined ? undefined : own.setup();
}
`;
}
