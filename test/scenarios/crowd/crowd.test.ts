/** Clients over real WebSockets, to gateways in this process: what they count is what was done to them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systemClock } from '../../../core/clock.ts';
import type { AgentEvent } from '../../../core/event.ts';
import { Crowd } from '../../../scenarios/crowd/crowd.ts';
import type { CrowdReport } from '../../../scenarios/crowd/protocol.ts';
import type { Connections } from '../../../scenarios/scenario.ts';
import { gateways, type Site } from '../../core/gateway/gateways.ts';
import { dropOneFrameIn } from '../../doubles/gateways/drops-frames.ts';
import { waitForAll } from '../../doubles/gateways/waits-for-all.ts';

const longMs = 20_000;

function event(sequence: number, bytes = 10): AgentEvent {
  const at = systemClock.now();
  const data = 'x'.repeat(bytes);
  return { key: 'a', type: 'text_delta', swarmId: '', producer: 1, sequence, at, sentAt: at, data };
}

function crowdAt(sites: readonly Site[], connections: Partial<Connections>): Crowd {
  const none = { count: 0, perSocket: 1, idle: 0, openPerS: 10_000, slow: 0, standStillMs: longMs };
  const urls = sites.map(({ url }) => url);
  return new Crowd(
    { urls, connections: { ...none, ...connections }, isDisturbed: false, seed: 1 },
    systemClock,
  );
}

function begin(crowd: Crowd): void {
  const nowMs = systemClock.now();
  crowd.begin([{ name: 'steady', fromMs: nowMs, toMs: nowMs + longMs }], [1]);
}

/** What the clients saw of so many events, published through the first gateway. */
async function seenOf(crowd: Crowd, site: Site, events: number, withinMs = longMs): Promise<CrowdReport> {
  for (let sequence = 1; sequence <= events; sequence++)
    await site.orchestrator.events.publish([event(sequence)]);
  const report = await crowd.end([[[1, events]]], withinMs);
  crowd.loadIsOver();
  return report;
}

async function closeAll(crowd: Crowd, sites: readonly Site[]): Promise<void> {
  await crowd.close();
  for (const site of sites) {
    await site.close();
    assert.equal(site.faults, []);
  }
}

test('clients on their own and several on one WebSocket, over two gateways: each gets all, once', async () => {
  const sites = await gateways(2);
  for (const [connections, sockets] of [
    [{ count: 9 }, 9],
    [{ count: 9, perSocket: 4, idle: 2 }, 5],
  ] as const) {
    const crowd = crowdAt(sites, connections);
    const opened = await crowd.open();
    assert.equal([opened.open, opened.refused, opened.connect?.metric.count], [sockets, 0, sockets]);
    begin(crowd);
    const { lost, duplicates, dropped, open, delivery, reconnects } = await seenOf(
      crowd,
      sites[0] as Site,
      20,
    );
    assert.equal(
      { lost, duplicates, dropped, open, reconnects },
      { lost: 0, duplicates: 0, dropped: 0, open: sockets, reconnects: 0 },
    );
    assert.equal(
      delivery.map(([phase, { metric }]) => [phase, metric.count]),
      [
        [null, 180],
        ['steady', 180],
      ],
    );
    await crowd.close();
  }
  for (const site of sites) await site.close();
});

for (const isBroken of [true, false]) {
  test(`a gateway that loses frames: ${isBroken ? 'found' : 'its healthy twin'}`, async () => {
    const sites = await gateways(1);
    const crowd = crowdAt(sites, { count: 5 });
    await crowd.open();
    begin(crowd);
    const mend = isBroken ? dropOneFrameIn(3) : () => undefined;
    const { lost } = await seenOf(crowd, sites[0] as Site, 28, isBroken ? 200 : longMs);
    mend();
    assert.is(lost > 0, isBroken, `${lost} lost`);
    await closeAll(crowd, sites);
  });
}

for (const isBroken of [true, false]) {
  test(`a slow client that harms the others: ${isBroken ? 'found' : 'its healthy twin'}`, async () => {
    const sites = await gateways(1, { slow: 'disconnect', limits: { queueBytes: 100_000 } });
    const [site] = sites as [Site];
    const mend = isBroken ? waitForAll() : () => undefined;
    const crowd = crowdAt(sites, { count: 4, slow: 1, standStillMs: isBroken ? longMs : 500 });
    await crowd.open();
    begin(crowd);
    // More than the kernel holds for one that does not read, and not all at once, or it would be one frame.
    for (let sequence = 1; sequence <= 16; sequence++) {
      await site.orchestrator.events.publish([event(sequence, 1_000_000)]);
      await crowd.end([[[1, sequence]]], 50);
    }
    const { lost, slow } = await crowd.end([[[1, 16]]], isBroken ? 500 : longMs);
    assert.is(lost > 0, isBroken, `${lost} lost`);
    // It has come back with its offset, if it was closed meanwhile.
    if (!isBroken) assert.equal([slow?.dropped, slow?.lost], [0, 0]);
    mend();
    await crowd.close();
    await site.close();
  });
}

test('what is refused is told, and the rest is served', async () => {
  const sites = await gateways(1, { limits: { connections: 3 } });
  const crowd = crowdAt(sites, { count: 5 });
  const { open, refused, refusal } = await crowd.open();
  assert.equal([open, refused], [3, 2]);
  assert.match(refusal as string, /^the gateway: /);
  begin(crowd);
  assert.is((await seenOf(crowd, sites[0] as Site, 5)).lost, 0);
  await closeAll(crowd, sites);
});

test('a gateway goes: its clients come back to the other from their last offset, and miss nothing', async () => {
  const sites = (await gateways(2)) as [Site, Site];
  const crowd = crowdAt(sites, { count: 6 });
  await crowd.open();
  begin(crowd);
  const { events } = sites[0].orchestrator;
  await events.publish([event(1)]);
  assert.is((await crowd.end([[[1, 1]]], longMs)).lost, 0);
  const closing = sites[1].close();
  for (let sequence = 2; sequence <= 10; sequence++) await events.publish([event(sequence)]);
  await closing;
  const report = await crowd.end([[[1, 10]]], longMs);
  assert.equal([report.lost, report.reconnects, report.open, report.reconnect?.metric.count], [0, 3, 6, 3]);
  await crowd.close();
  await sites[0].close();
});

test.run();
