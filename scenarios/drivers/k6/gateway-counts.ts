import { TestbedError } from '../../../core/error.ts';

/** Requests that a gateway has answered over HTTP so far, but for those that asked for this very number. */
export async function answeredBy(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`);
  if (!answer.ok) throw new TestbedError('UNAVAILABLE', `${url}/metrics: status ${answer.status}`);
  return countRequests(await answer.text());
}

/** The sum of `testbed_requests_total` in the text format of Prometheus, without the requests of who watches. */
export function countRequests(text: string): number {
  let sum = 0;
  for (const [, labels = '', value] of text.matchAll(/^testbed_requests_total\{([^}]*)\} (\S+)$/gm))
    if (!/operation="(metrics|health|ready)"/.test(labels)) sum += Number(value);
  return sum;
}

/**
 * Why what a program says of its requests does not agree with what the gateway has counted; null when it does. Of a request
 * without an answer nobody knows whether it was one over there.
 */
export function disagreement(
  counted: number,
  { answered, unanswered }: { readonly answered: number; readonly unanswered: number },
): string | null {
  if (counted >= answered && counted <= answered + unanswered) return null;
  const also = unanswered > 0 ? ` and ${unanswered} without an answer` : '';
  return `k6 tells of ${answered} answered requests${also}, the gateway has answered ${counted}`;
}
