import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../core/clock.ts';

test('what is overdue by the time it is waited for is due at once, and nobody is warned', async () => {
  const warnings: string[] = [];
  const warned = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', warned);
  await systemClock.sleep(-5);
  let ran = 0;
  systemClock.after(-5, () => void ran++);
  await systemClock.sleep(20);
  assert.is(ran, 1);
  process.off('warning', warned);
  assert.equal(warnings, []);
});

test.run();
