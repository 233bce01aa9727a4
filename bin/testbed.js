#!/usr/bin/env node
// The launcher: plain JavaScript, so that an old Node can read it and say so in one line.
import { existsSync } from 'node:fs';
import module from 'node:module';

const wanted = [22, 18];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  process.stderr.write(
    `testbed needs Node ${wanted.join('.')} or later; this is ${process.versions.node}. ` +
      'In a checkout, "npm start" and "npm run testbed -- ..." use the pinned one; elsewhere install a newer Node.\n',
  );
  process.exitCode = 4;
} else {
  // Compiled code is kept between runs: a command that only reads and answers should not wait for its own parsing.
  module.enableCompileCache?.();
  // A checkout runs its sources; a package, where Node strips no types, runs what prepack built.
  const source = new URL('./testbed.ts', import.meta.url);
  const entry = existsSync(source) ? source : new URL('../dist/bin/testbed.js', import.meta.url);
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
}
