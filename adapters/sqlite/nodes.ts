import type { Entrant, NodeLife, Token } from '../../core/nodes/life.ts';
import { fenced } from '../requests.ts';
import type { Store } from './database.ts';
import { patiently } from './patience.ts';
import type { Writer } from './writer.ts';

type Row = readonly [
  token: number,
  node: string,
  address: string | null,
  beat: number,
  load: number,
  stands: 0 | 1,
];

/** The lives of nodes: the contract of core/nodes/life.ts. */
export function createNodes({ db, file, clock, busyTimeoutMs }: Store, writer: Writer) {
  const stands = db.prepare('SELECT 1 FROM lives WHERE token = ? AND stands = 1');
  const enter = db.prepare('INSERT INTO lives (node, address, beat, load, stands) VALUES (?, ?, 0, 0, 1)');
  const renew = db.prepare('UPDATE lives SET beat = beat + 1, load = ? WHERE token = ? AND stands = 1');
  const end = db.prepare('UPDATE lives SET stands = 0 WHERE token = ? AND beat = ? AND stands = 1');
  const forget = db.prepare('DELETE FROM lives WHERE token = ? AND stands = 0');
  const list = db.prepare('SELECT token, node, address, beat, load, stands FROM lives ORDER BY token').raw();

  return {
    /** Throws FENCED when that life does not stand. Inside the transaction that writes with its token. */
    ensureStands(token: Token | undefined): void {
      if (token !== undefined && stands.get(token) === undefined) throw fenced(token);
    },

    enter({ node, address }: Entrant): Promise<Token> {
      return writer.write(() => Number(enter.run(node, address).lastInsertRowid));
    },

    renew(token: Token, load: number): Promise<boolean> {
      return writer.write(() => renew.run(load, token).changes === 1);
    },

    list(): Promise<readonly NodeLife[]> {
      return patiently(clock, busyTimeoutMs, file, () => (list.all() as Row[]).map(readLife));
    },

    end(token: Token, beat: number): Promise<boolean> {
      return writer.write(() => end.run(token, beat).changes === 1);
    },

    async forget(token: Token): Promise<void> {
      await writer.write(() => forget.run(token));
    },
  };
}

function readLife([token, node, address, beat, load, stands]: Row): NodeLife {
  return { token, node, address, beat, load, stands: stands === 1 };
}
