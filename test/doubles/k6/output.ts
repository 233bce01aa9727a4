import { writeFileSync } from 'node:fs';
import type { Fault } from './faults.ts';

type Tags = { readonly [name: string]: string };

/** Samples as k6's JSON output has them: a line for each metric when it first comes up, and one for each sample. */
export class Output {
  readonly #path: string;
  readonly #fault: Fault | null;
  readonly #lines: string[] = [];
  readonly #metrics = new Set<string>();

  constructor(path: string, fault: Fault | null) {
    this.#path = path;
    this.#fault = fault;
  }

  add(metric: string, type: 'trend' | 'counter', value: number, atMs: number, tags: Tags): void {
    if (!this.#metrics.has(metric)) {
      this.#metrics.add(metric);
      const data = { name: metric, type, contains: 'default', thresholds: [], submetrics: null };
      this.#lines.push(JSON.stringify({ type: 'Metric', data, metric }));
    }
    const data = { time: `${new Date(atMs).toISOString().slice(0, -1)}123456Z`, value, tags };
    this.#lines.push(JSON.stringify({ metric, type: 'Point', data }));
  }

  /** A request, with the metrics that k6 has beside those that are looked at. */
  request(tookMs: number, atMs: number, tags: Tags): void {
    if (this.#fault === 'hides requests' && this.#lines.length % 3 === 0) return;
    this.add('http_reqs', 'counter', 1, atMs, tags);
    this.add('http_req_duration', 'trend', tookMs, atMs, tags);
    this.add('http_req_failed', 'counter', tags['status'] === '0' ? 1 : 0, atMs, tags);
  }

  close(): void {
    const text = `${this.#lines.join('\n')}\n`;
    if (this.#fault === 'writes nothing') return;
    writeFileSync(this.#path, this.#fault === 'breaks off' ? text.slice(0, -20) : text);
  }
}
