import { messageOf, TestbedError } from '../../core/error.ts';

/** How many requests for an operation a gateway says that it has answered, whatever with. UNAVAILABLE when it says nothing. */
export async function answeredBy(url: string, operation: string): Promise<number> {
  let text: string;
  try {
    text = await (await fetch(`${url}/metrics`)).text();
  } catch (cause) {
    throw new TestbedError('UNAVAILABLE', `the gateway: ${messageOf(cause)}`, { cause });
  }
  return countIn(text, operation);
}

/** The same, in the text that it says it in. */
export function countIn(text: string, operation: string): number {
  const rows = text.matchAll(/^testbed_requests_total\{operation="(\w+)",status="\d+"\} (\d+)$/gm);
  return [...rows].reduce((sum, [, name, count]) => sum + (name === operation ? Number(count) : 0), 0);
}
