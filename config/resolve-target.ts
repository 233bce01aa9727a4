import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { HttpRequest, HttpTarget } from '../scenarios/scenario.ts';
import type { Problems } from './problems.ts';
import type { RequestFile, TargetFile } from './scenario-file.ts';
import { type MappingNode, nearestTo, type Path, pathText } from './tree.ts';

/** A target with every default filled in. What is wrong is said without what stands there: that may be a secret. */
export function resolveTarget(
  { url, requests }: TargetFile,
  tree: MappingNode,
  problems: Problems,
): HttpTarget {
  const refuse = (path: Path, what: string): void =>
    problems.add(nearestTo(tree, path).at, pathText(path), what);
  const read = URL.parse(url);
  if (read === null || !/^https?:$/.test(read.protocol) || read.search !== '' || read.hash !== '') {
    refuse(
      ['target', 'url'],
      'is not the URL of a service (allowed: such as http://127.0.0.1:8080 or https://host/api)',
    );
    return { origin: 'http://127.0.0.1', requests: [] };
  }
  const { origin, pathname, username, password } = read;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    'base64',
  );
  const shared: HttpRequest['headers'] =
    username === '' && password === '' ? {} : { authorization: `Basic ${login}` };
  const resolved = requests.map((request, index) => {
    const headers = { ...shared, ...lowerCase(request.headers) };
    for (const [name, value] of Object.entries(headers)) {
      if (!isHeader(name, value)) refuse(['target', 'requests', index, 'headers', name], 'is no header');
    }
    return resolveRequest(request, headers, pathname.replace(/\/$/, ''));
  });
  return { origin, requests: resolved };
}

function resolveRequest(
  { method, path, body, status, share }: RequestFile,
  headers: { readonly [name: string]: string },
  base: string,
): HttpRequest {
  const isText = typeof body === 'string' || body === undefined;
  const json: HttpRequest['headers'] = isText ? {} : { 'content-type': 'application/json' };
  return {
    method,
    path: `${base}${path}`,
    headers: { ...json, ...headers },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    status: typeof status === 'number' ? status : Number(status[0]),
    share,
  };
}

/** A header is the same however it is written. */
function lowerCase(headers: RequestFile['headers']): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
