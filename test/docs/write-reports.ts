/**
 * `npm run docs:reports`: makes the reports of the project itself anew from the records that are kept beside them. With results
 * as arguments (`npm run docs:reports -- results/FOLDER`) these are kept first, as the records of the quarter they were played in.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quarterOf } from '../../bin/quarterly/quarter.ts';
import { inBrief, readResults, writeResults } from '../../bin/quarterly/result-file.ts';
import { root } from './markdown.ts';
import { folder, ownReports } from './reports.ts';

const given = process.argv.slice(2);
mkdirSync(join(root, folder), { recursive: true });
if (given.length > 0) {
  const results = (await Promise.all(given.map(readResults))).flat().map(inBrief);
  const newest = Math.max(...results.map(({ index }) => Date.parse(index.startedAt)));
  await writeResults(join(root, folder, `${quarterOf(newest)}.json.gz`), results);
}
const reports = await ownReports();
for (const { path, text } of reports) {
  writeFileSync(join(root, path), text);
  process.stdout.write(`${path}\n`);
}
if (reports.length === 0)
  process.stdout.write(`${folder} holds no records: npm run docs:reports -- RESULT\n`);
