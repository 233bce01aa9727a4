import { messageOf, TestbedError } from '../../core/error.ts';

/** How many requests for an operation a gateway says that it has answered, whatever with. UNAVAILABLE when it says nothing. */
export async function answeredBy(url: string, operation: string): Promise<number> {
  return countIn(await metricsOf(url), operation);
}

/** The same of all operations, but for that by which this very number is asked for. */
export async function allAnsweredBy(url: string): Promise<number> {
  return countAll(await metricsOf(url));
}

async function metricsOf(url: string): Promise<string> {
  try {
    return await (await fetch(`${url}/metrics`)).text();
  } catch (cause) {
    throw new TestbedError('UNAVAILABLE', `the gateway: ${messageOf(cause)}`, { cause });
  }
}

/** The same, in the text that it says it in. */
export function countIn(text: string, operation: string): number {
  return sumOf(text, (name) => name === operation);
}

export function countAll(text: string): number {
  return sumOf(text, (name) => name !== 'metrics');
}

function sumOf(text: string, isMeant: (operation: string) => boolean): number {
  const rows = text.matchAll(/^testbed_requests_total\{operation="(\w+)",status="\d+"\} (\d+)$/gm);
  return [...rows].reduce((sum, [, name = '', count]) => sum + (isMeant(name) ? Number(count) : 0), 0);
}
