/** A process with a link, to be killed: says its link process's pid and the link's address, and then does nothing. */
import { startLinkProcess } from '../../../chaos/link/link.ts';

const links = await startLinkProcess({ seed: 1 });
const link = await links.open({ name: 'link', upstream: process.argv[2] as string });
process.stdout.write(`${JSON.stringify({ pid: links.pid, address: link.address })}\n`);
