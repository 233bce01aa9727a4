import type { Random } from '../../core/random.ts';
import type { HttpRequest } from './target.ts';

/** Draws one request after another, each as often as its share says. */
export function chooserOf(requests: readonly HttpRequest[], random: Random): () => HttpRequest {
  let whole = 0;
  const upTo = requests.map((request) => {
    whole += request.share;
    return { request, upTo: whole };
  });
  const last = requests.at(-1) as HttpRequest;
  return () => {
    const drawn = random.next() * whole;
    return upTo.find((each) => drawn < each.upTo)?.request ?? last;
  };
}
