import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolOrder } from '../../load/load-tool.ts';
import { typeOf } from '../../load/plan.ts';
import { k6OptionsOf, ratesOf } from './options.ts';
import type { K6Draft, K6Order } from './order.ts';
import { aroundOwn } from './own-script.ts';
import type { K6Run } from './process.ts';
import type { K6Site } from './site.ts';

/** Puts down all that k6 reads when it plays some phases; what it tells of them is not there yet. */
export function writeRun(site: K6Site, order: ToolOrder, startUrl: string): K6Run {
  const { program, directory } = site;
  mkdirSync(directory, { recursive: true });
  const pointsPath = join(directory, 'points.json');
  rmSync(pointsPath, { force: true });
  const put = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const run = program.isOwn ? ownRun(site, order, startUrl, put) : ourRun(site, order, startUrl, put);
  return { ...run, program: program.path, pointsPath };
}

type Put = (name: string, text: string) => string;
type Written = Omit<K6Run, 'program' | 'pointsPath'>;

function ourRun(
  { program, url, workload, thresholds }: K6Site,
  order: ToolOrder,
  startUrl: string,
  put: Put,
): Written {
  const { phases, ledger, firstProducer, agents, payloads } = order;
  const told: K6Order = {
    url,
    startUrl,
    deadlineMs: workload.deadlineMs,
    agents,
    firstProducer: firstProducer + 1,
    sent: [...ledger.sent.slice(firstProducer)],
    rates: { events: ratesOf('events', workload, phases), reads: ratesOf('reads', workload, phases) },
  };
  const drafts: readonly K6Draft[] = payloads.map((data, at) => ({ type: typeOf(at), data }));
  return {
    script: program.script,
    optionsPath: put('options.json', JSON.stringify(k6OptionsOf(workload, phases, thresholds))),
    variables: {
      order: put('order.json', JSON.stringify(told)),
      drafts: put('drafts.json', JSON.stringify(drafts)),
    },
  };
}

/** Somebody's own script has its default function called at the rate of events, unless it has options that say otherwise. */
function ownRun(
  { program, url, workload }: K6Site,
  { phases }: ToolOrder,
  startUrl: string,
  put: Put,
): Written {
  const { scenarios, thresholds, systemTags } = k6OptionsOf(workload, phases, []);
  const { exec: _, ...load } = scenarios['events'] ?? {};
  const options = { ...(scenarios['events'] && { scenarios: { load } }), thresholds, systemTags };
  return {
    script: put('own-load.js', aroundOwn(program.script, startUrl)),
    optionsPath: put('options.json', JSON.stringify(options)),
    variables: { TESTBED_URL: url },
  };
}
