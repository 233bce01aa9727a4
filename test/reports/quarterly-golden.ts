import { join } from 'node:path';
import { quarterlyMarkdown } from '../../reports/quarterly/quarterly-markdown.ts';
import { sampleQuarterly } from './quarterly-sample.ts';

const folder = join(import.meta.dirname, '../fixtures/quarterly');

/** What the report makes of records that are always the same, and the file that this is kept in. */
// Not .md: what links to nothing of the project is no page of it.
export const quarterlyGoldens = (): readonly { readonly file: string; readonly text: string }[] => [
  {
    file: join(folder, 'quarterly.md.txt'),
    text: quarterlyMarkdown(sampleQuarterly(), ['1.svg', '2.svg', '3.svg']),
  },
];
