import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Json } from '../../core/message.ts';
import type { SwarmStrategy } from '../../core/swarm.ts';
import { childrenOf, parentOf, strategies, type Team } from '../../core/swarms/strategy.ts';

/** A team that writes down who did what, and makes of each input a text that tells so. */
function scribes(size: number): Team & { readonly log: string[] } {
  const log: string[] = [];
  return {
    size,
    log,
    async perform(place, step, input) {
      log.push(`${place} ${step}`);
      return step === 'work' ? `${place}(${input})` : `${place}[${(input as readonly Json[]).join(' ')}]`;
    },
  };
}

const rows: readonly (readonly [SwarmStrategy, size: number, inputs: string, result: Json])[] = [
  ['parallel', 2, 'a b c', ['0(a)', '1(b)', '0(c)']],
  ['parallel', 3, 'a', ['0(a)']],
  ['parallel', 1, '', []],
  ['map-reduce', 3, 'a b c', '2[0(a) 1(b) 0(c)]'],
  ['map-reduce', 1, 'a b', '0[0(a) 0(b)]'],
  ['map-reduce', 2, '', '1[]'],
  ['pipeline', 3, 'a b', ['2(1(0(a)))', '2(1(0(b)))']],
  ['pipeline', 1, 'a', ['0(a)']],
  ['tree', 1, 'a b', '0[0(a) 0(b)]'],
  ['tree', 3, 'a b', '0[1(a) 2(b)]'],
  ['tree', 3, 'a b c', '0[1(a) 1(c) 2(b)]'],
  ['tree', 7, 'a b c d', '0[1[3(a) 4(b)] 2[5(c) 6(d)]]'],
  ['tree', 7, 'a', '0[1[3(a)]]'],
  ['tree', 4, 'a b', '0[1[3(b)] 2(a)]'],
  ['tree', 3, '', '0[]'],
];

for (const [strategy, size, inputs, result] of rows) {
  test(`${strategy} of ${size} on "${inputs}"`, async () => {
    const list = inputs === '' ? [] : inputs.split(' ');
    assert.equal(await strategies[strategy](scribes(size), list, 2), result);
  });
}

test('tree: parents and children agree, for any size and branching', () => {
  for (let branching = 1; branching <= 4; branching++) {
    for (let size = 1; size <= 30; size++) {
      const seen = new Set([0]);
      for (let place = 0; place < size; place++) {
        for (const child of childrenOf(place, size, branching)) {
          assert.is(parentOf(child, branching), place);
          assert.not(seen.has(child));
          seen.add(child);
        }
      }
      assert.is(seen.size, size, 'everyone but the root has one parent');
    }
  }
  assert.is(parentOf(0, 2), null);
});

test('a member that fails fails the whole', async () => {
  const failing: Team = {
    size: 3,
    perform: async (place) => {
      if (place === 1) throw new Error('one');
      return place;
    },
  };
  for (const strategy of Object.values(strategies)) {
    try {
      await strategy(failing, ['a', 'b', 'c'], 2);
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, 'one');
    }
  }
});

test.run();
