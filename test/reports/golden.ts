import { join } from 'node:path';
import { type FormatName, formats } from '../../reports/formats/table-of-formats.ts';
import { readResult } from '../../reports/read-result.ts';
import type { ResultSet } from '../../reports/result-set.ts';

const root = join(import.meta.dirname, '../..');
const folder = 'test/fixtures/reports';

/** What each format makes of results that were played once and are kept, and the file that it is kept in. */
interface Golden {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** JSON is the records themselves: of the one where they are small. */
const kept: { readonly [result: string]: readonly FormatName[] } = {
  played: ['table', 'full', 'markdown', 'html', 'csv', 'openmetrics', 'hgrm', 'junit', 'github'],
  compared: ['compare', 'markdown', 'json'],
  gated: ['gate', 'markdown', 'html', 'junit', 'github'],
};

const endings: { readonly [format in FormatName]?: string } = {
  markdown: 'md',
  html: 'html',
  csv: 'csv',
  json: 'json',
  junit: 'xml',
  hgrm: 'hgrm',
};

/** A result that was played once; it says that it lies in the project, wherever that is. */
export async function playedOnce(name: string): Promise<ResultSet> {
  const result = await readResult(join(root, folder, name));
  return { ...result, directory: join(folder, name) };
}

export async function goldens(): Promise<readonly Golden[]> {
  const all = Object.entries(kept).map(async ([name, its]) => {
    const result = await playedOnce(name);
    return its.map((format) => ({
      name: `${format} of ${name}`,
      file: join(root, folder, 'golden', `${name}-${format}.${endings[format] ?? 'txt'}`),
      text: formats[format](result, { width: 120 }),
    }));
  });
  return (await Promise.all(all)).flat();
}
