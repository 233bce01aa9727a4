/** What the memory storage has beyond the contract: identity, and an ordered set that agrees with a plain one. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agent } from '../../adapters/conformance/storage/kit.ts';
import { memoryStorage } from '../../adapters/memory/index.ts';
import { Postings } from '../../adapters/memory/postings.ts';
import { createRandom } from '../../core/random.ts';

test('what is read is the object that was stored', async () => {
  const place = { directory: '/nowhere', namespace: 'test', durability: 'none', options: {} };
  const { port } = await memoryStorage.open(place);
  const stored = agent('a');
  await port.agents.insert([stored]);
  assert.is(await port.agents.get('a'), stored);
  assert.is((await port.agents.find({ status: 'spawning' }, { limit: 1 })).items[0], stored);
});

test('postings agree with a sorted list through many changes by chance', () => {
  const random = createRandom(7);
  const postings = new Postings<{ readonly place: number }>();
  const model = new Map<number, { readonly place: number }>();
  const check = (): void => {
    const sorted = [...model.keys()].sort((a, b) => a - b);
    assert.is(postings.size, sorted.length);
    const from = random.integer(0, 6_000);
    const listed = [...postings.after(from)].map(({ place }) => place);
    assert.equal(
      listed,
      sorted.filter((place) => place > from),
    );
    if (sorted.length > 0) assert.is(postings.first().place, sorted[0]);
  };
  for (let step = 1; step <= 20_000; step++) {
    // It grows over one part of the time and shrinks from below over the next, so that chunks split and vanish.
    const growing = Math.floor(step / 4_000) % 2 === 0;
    const add = random.next() < (growing ? 0.8 : 0.1);
    const place = growing || add || model.size === 0 ? random.integer(1, 5_000) : postings.first().place;
    const known = model.get(place);
    if (known === undefined && add) {
      const item = { place };
      postings.add(item);
      model.set(place, item);
    } else if (known !== undefined && !add) {
      postings.delete(known);
      model.delete(place);
    }
    if (step % 500 === 0) check();
  }
});

test.run();
