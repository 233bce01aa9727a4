/** Writes what is generated of docs/gallery.md, and its pictures: `node test/docs/write-gallery.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gallery } from './gallery.ts';
import { root } from './markdown.ts';

const docs = join(root, 'docs');
const files = await gallery(readFileSync(join(docs, 'gallery.md'), 'utf8'));
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(docs, path)), { recursive: true });
  writeFileSync(join(docs, path), text);
}
