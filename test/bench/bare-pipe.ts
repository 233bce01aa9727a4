/** The least that a relay in Node can do: two sockets piped into each other. Argument: the server's port; prints its own. */
import { type AddressInfo, connect, createServer } from 'node:net';

const listener = createServer({ noDelay: true }, (client) => {
  const server = connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true });
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});
listener.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(listener.address() as AddressInfo).port}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
