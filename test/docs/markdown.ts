import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A Markdown file of the project, its path relative to the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const notOurs = /(^|\/)(node_modules|dist|results)\//;

/** Every Markdown file of the project. */
export function pages(): readonly Page[] {
  return globSync('**/*.md', { cwd: root, exclude: (path) => notOurs.test(`${path}/`) })
    .filter((path) => !notOurs.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const fence = /^( *)```(\w*)[^\n]*\n([\s\S]*?)^ *```/gm;

/** The fenced blocks of a page: the language after the fence, and what is inside. */
export function blocksOf(text: string): readonly { readonly language: string; readonly body: string }[] {
  return [...text.matchAll(fence)].map(([, , language = '', body = '']) => ({ language, body }));
}

function withoutBlocks(text: string): string {
  return text.replaceAll(fence, '');
}

/** The code spans of a page outside its blocks. */
export function spansOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/** Where the links of a page lead, those out of the project left out. */
export function linksOf(text: string): readonly string[] {
  const prose = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)];
  const defined = [...prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...defined]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** The names by which the headings of a page can be linked to, as GitHub makes them, and what it names itself. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6}\s+(.+)$/gm)];
  const own = [...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, name]) => name as string);
  return new Set([
    ...own,
    ...headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  ]);
}
