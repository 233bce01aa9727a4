import type { FaultKind, FaultOptions } from '../fault.ts';
import type { LinkTarget, Target } from '../target.ts';
import { type Exchange, exchange, type Question, questionFor } from './exchange.ts';

/** A fault on a link: the toxic that it is, and how somebody who only asks the server over it can tell. */
export interface LinkFault extends Pick<FaultKind, 'name' | 'meaning' | 'options'> {
  readonly toxic: string;
  attributes?(options: FaultOptions): { readonly [name: string]: number };
  /** How long an answer must be for the fault to show. Absent: the shortest. */
  answerBytes?(options: FaultOptions): number;
  /** It shows in how long a connection takes to end. Absent: in the answer. */
  readonly untilEnded?: boolean;
  /** It shows in nothing but time, which a busy machine takes as well. Absent: in what came. */
  readonly timed?: boolean;
  /** Whether it showed, by what came over the link and what came over a way that is well at the same time. */
  shows(over: Exchange, direct: Exchange, options: FaultOptions, directions: number): boolean;
}

/** An answer that has not come by then, in ms, is taken for silence. */
const patienceMs = 200;
/** So often in a row no machine is late by chance. Of a fault that spares some connections, each look may be one of those. */
const looksInARow = 3;

export function linkFault({
  toxic,
  attributes,
  answerBytes,
  untilEnded = false,
  timed = false,
  shows,
  ...described
}: LinkFault): FaultKind {
  const questionOf = (technology: string, options: FaultOptions): Question | null => {
    const question = questionFor(technology, answerBytes?.(options) ?? 1);
    return question && { ...question, untilEnded };
  };
  return {
    ...described,
    targets: ['link'],
    options: {
      ...described.options,
      probability: { type: 'share', default: 1, meaning: 'the chance of each connection to be hit' },
    },
    unsupported(target, options) {
      if (target.kind !== 'link') return null;
      if (questionOf(target.technology, options) !== null) return null;
      return `nobody could tell from outside whether a link to ${target.technology} has it`;
    },
    prepare(target, options, { clock }) {
      const { link, technology, direction, direct } = linkOf(target);
      const question = questionOf(technology, options) as Question;
      const directions = direction === 'both' ? 2 : 1;
      let name: string | null = null;
      const look = async (): Promise<boolean> => {
        // Waits for longer than the fault can hold an answer back.
        const withinMs = patienceMs + 2 * Number(options['delay'] ?? 0) + 2 * Number(options['jitter'] ?? 0);
        const [over, way] = await Promise.all([
          exchange(link.address, question, withinMs, clock),
          exchange(direct, question, withinMs, clock),
        ]);
        return way.outcome === 'answered' && shows(over, way, options, directions);
      };
      return {
        // It ends with the process of the link, and that with ours.
        undo: [],
        async inject() {
          const toxicity = options['probability'] as number;
          name = await link.add({
            type: toxic,
            direction,
            toxicity,
            attributes: attributes?.(options) ?? {},
          });
        },
        async heal() {
          if (name === null) return;
          const there = name;
          name = null;
          await link.remove(there);
        },
        async inForce() {
          for (let looks = timed && options['probability'] === 1 ? looksInARow : 1; looks > 0; looks--)
            if (!(await look())) return false;
          return true;
        },
        async healed() {
          const over = await exchange(link.address, question, patienceMs, clock);
          return over.outcome === 'answered' && !(await look());
        },
      };
    },
  };
}

function linkOf(target: Target): Extract<Target, { kind: 'link' }> & { readonly link: LinkTarget } {
  if (target.kind === 'link') return target;
  throw new TypeError(`a fault for links was given ${target.kind}`);
}
