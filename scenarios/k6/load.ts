/** The load of a scenario as k6 plays it: `driver: k6`. Run by k6, and by nothing else; its options come from the scenario. */
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import { Trend } from 'k6/metrics';
import type { K6Draft, K6Order } from '../drivers/k6/order.ts';
import { RateProfile } from '../load/rate.ts';

/** The text of a file; only before the first iteration. */
declare function open(path: string): string;
declare const __ENV: { readonly [name: string]: string | undefined };

const order = JSON.parse(open(__ENV['order'] as string)) as K6Order;
const drafts = new SharedArray<K6Draft>('drafts', () => JSON.parse(open(__ENV['drafts'] as string)));
const { url, deadlineMs, agents, firstProducer } = order;
const due = { events: new RateProfile(order.rates.events), reads: new RateProfile(order.rates.reads) };
const timeout = `${deadlineMs}ms`;
const headers = { 'content-type': 'application/json' };

/** How much later than due a request was sent. k6 knows whole milliseconds. */
const late = new Trend('testbed_late_ms', true);
/** From due to answered. */
const readTook = new Trend('testbed_read_ms', true);
/** The number that the user gave what was not answered as it should be. */
const unsuccessful = new Trend('testbed_unsuccessful');

/** Of this virtual user: each has all of this for itself. */
let sent: number | null = null;

/** Waits until the schedule begins. */
export function setup(): void {
  const begun = http.get(order.startUrl, { timeout: '10m', tags: { kind: 'start' } });
  if (begun.status !== 200) throw new Error(`no sign to begin: status ${begun.status}`);
}

export function events(): void {
  const { iterationInTest } = exec.scenario;
  const user = exec.vu.idInTest - 1;
  sent = (sent ?? order.sent[user] ?? 0) + 1;
  const producer = firstProducer + user;
  const sentAt = Date.now();
  const at = dueAt('events', iterationInTest, sentAt);
  const { type, data } = drafts[iterationInTest % drafts.length] as K6Draft;
  const stamp = { producer, sequence: sent, at, sentAt };
  const body = JSON.stringify({ events: [{ type, agentId: agentOf(user), data, stamp }] });
  const tags = { kind: 'events', producer: String(producer) };
  const answer = http.post(`${url}/events/batch`, body, { headers, timeout, tags });
  late.add(sentAt - at, tags);
  if (answer.status !== 202) noteFailure(answer, sent, tags);
}

/** Each third one an agent, the first page of those that run, or how many these are. */
export function reads(): void {
  const { iterationInTest } = exec.scenario;
  const sentAt = Date.now();
  const at = dueAt('reads', iterationInTest, sentAt);
  const looks = [
    `/agents/${agentOf(Math.floor(iterationInTest / 3))}`,
    '/agents?status=running&limit=100',
    '/counts/agents?status=running',
  ];
  const tags = { kind: 'reads' };
  const answer = http.get(`${url}${looks[iterationInTest % looks.length]}`, { timeout, tags });
  if (answer.status === 200) readTook.add(sentAt - at + answer.timings.duration, tags);
  else noteFailure(answer, iterationInTest, tags);
}

/**
 * When k6 was to begin an iteration: it begins them in the order in which they are due, however late. Nothing is sent before
 * it is due: that is the grain of clocks.
 */
function dueAt(kind: keyof typeof due, iteration: number, sentAt: number): number {
  return Math.min(sentAt, exec.scenario.startTime + due[kind].dueAt(iteration));
}

function agentOf(index: number): string {
  return agents[index % agents.length] as string;
}

function noteFailure(
  { status, error_code: code }: { readonly status: number; readonly error_code: number },
  number: number,
  tags: { readonly [name: string]: string },
): void {
  unsuccessful.add(number, { ...tags, answer: String(status), code: String(code) });
}
