import type { Bus } from '../../../core/bus.ts';
import type { BusTraits } from '../../adapter.ts';
import { lifecycleTests } from '../opening.ts';
import { contentTests } from './content.ts';
import { groupTests } from './groups.ts';
import { type BusTest, channel, messages } from './kit.ts';
import { processTests } from './processes.ts';
import { publishTests } from './publish.ts';
import { redeliveryTests } from './redelivery.ts';
import { replayTests } from './replay.ts';
import { slowTests } from './slow.ts';

/** What every bus must do, as far as its traits claim it. */
export const busConformance: readonly BusTest[] = [
  ...publishTests,
  ...contentTests,
  ...replayTests,
  ...groupTests,
  ...redeliveryTests,
  ...slowTests,
  ...lifecycleTests<Bus, BusTraits>((bus) => [
    ['publish', () => bus.publish(channel, messages(1))],
    ['subscribe', () => bus.subscribe(channel, {}, () => {})],
  ]),
  ...processTests,
];
