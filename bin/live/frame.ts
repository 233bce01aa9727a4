import { badge } from '../../reports/html/badge.ts';
import { cell, tableOf } from '../../reports/html/parts.ts';
import { element, escaped, type Markup } from '../../reports/plots/svg.ts';
import type { Verdict } from '../../reports/record.ts';
import type { CellProgress } from '../../scenarios/run/run-cell.ts';
import { liveCharts } from './charts.ts';
import { History } from './history.ts';
import { sampleLines } from './sample-text.ts';

/** What the page shows now, in its three parts. */
export interface Frame {
  readonly status: Markup;
  readonly charts: Markup;
  readonly cells: Markup;
}

/** What is known of a run while it plays, and how it looks. */
export class LiveView {
  readonly #history = new History();
  readonly #ended: { readonly name: string; readonly verdict: Verdict }[] = [];
  #head = 'nothing is played yet';
  #phase = '';
  #closing: string | null = null;

  cell(name: string, number: number, of: number): void {
    this.#history.clear();
    this.#head = `${number + 1} of ${of}: ${name}`;
    this.#phase = 'getting ready';
  }

  /** True where there is something new to see. */
  progress({ phase, elapsedMs, totalMs, live }: CellProgress): boolean {
    const told = `${phase}, ${(elapsedMs / 1000).toFixed(0)} of ${(totalMs / 1000).toFixed(0)} s`;
    const isNew = live !== undefined || told !== this.#phase;
    this.#phase = told;
    if (live !== undefined) this.#history.add(live);
    return isNew;
  }

  finished(name: string, verdict: Verdict): void {
    this.#ended.push({ name, verdict });
  }

  /** The run is over: what it came to. */
  close(text: string): void {
    this.#closing = text;
  }

  frame(): Frame {
    const { last } = this.#history;
    const lines =
      this.#closing !== null
        ? [this.#closing]
        : [`${this.#head}: ${this.#phase}`, ...(last === null ? [] : sampleLines(last))];
    const rows = this.#ended.map(({ name, verdict }) => [cell(name), { content: badge(verdict) }]);
    return {
      status: element(
        'div',
        {},
        lines.map((line) => element('p', {}, escaped(line))),
      ),
      charts: element('div', { class: 'plots' }, liveCharts(this.#history)),
      cells: rows.length === 0 ? escaped('') : tableOf('What was played', ['cell', 'verdict'], rows),
    };
  }
}
