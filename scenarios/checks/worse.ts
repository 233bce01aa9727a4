import { worst } from '../../reports/verdict.ts';
import type { Judgement } from './check.ts';

/** The worse of two judgements, and of two as bad the first; its detail says both. */
export function worse(first: Judgement, second: Judgement): Judgement {
  const bad = worst([first.verdict, second.verdict]);
  const [told, other] = second.verdict === bad && first.verdict !== bad ? [second, first] : [first, second];
  return { ...told, detail: `${told.detail}; ${other.detail}` };
}
