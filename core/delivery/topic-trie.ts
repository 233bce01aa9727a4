interface Node<T> {
  /** By the next word; `*` is the wildcard's own entry, which no topic can spell. */
  readonly next: Map<string, Node<T>>;
  /** Patterns that end here. */
  readonly here: Set<T>;
  /** Patterns that end here with `#`. */
  readonly rest: Set<T>;
}

/** Topic patterns word by word: a match costs as many steps as patterns agree with the topic, not as there are patterns. */
export class TopicTrie<T> {
  readonly #root: Node<T> = createNode();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(pattern: string, item: T): void {
    const { words, toRest } = parse(pattern);
    let node = this.#root;
    for (const word of words) {
      let next = node.next.get(word);
      if (next === undefined) {
        next = createNode();
        node.next.set(word, next);
      }
      node = next;
    }
    (toRest ? node.rest : node.here).add(item);
    this.#size++;
  }

  remove(pattern: string, item: T): void {
    const { words, toRest } = parse(pattern);
    let node: Node<T> | undefined = this.#root;
    for (const word of words) node = node?.next.get(word);
    if (!(toRest ? node?.rest : node?.here)?.delete(item)) return;
    this.#size--;
    prune(this.#root, words, 0);
  }

  match(topic: string, visit: (item: T) => void): void {
    if (this.#size > 0) walk(this.#root, topic.split('.'), 0, visit);
  }
}

function parse(pattern: string): { readonly words: readonly string[]; readonly toRest: boolean } {
  const words = pattern.split('.');
  const toRest = words.at(-1) === '#';
  return { words: toRest ? words.slice(0, -1) : words, toRest };
}

function createNode<T>(): Node<T> {
  return { next: new Map(), here: new Set(), rest: new Set() };
}

function walk<T>(node: Node<T>, words: readonly string[], depth: number, visit: (item: T) => void): void {
  for (const item of node.rest) visit(item);
  if (depth === words.length) {
    for (const item of node.here) visit(item);
    return;
  }
  const exact = node.next.get(words[depth] as string);
  if (exact !== undefined) walk(exact, words, depth + 1, visit);
  const any = node.next.get('*');
  if (any !== undefined && any !== exact) walk(any, words, depth + 1, visit);
}

/** Removes the nodes along `words` that lead nowhere any more; returns whether this one does not. */
function prune<T>(node: Node<T>, words: readonly string[], depth: number): boolean {
  const word = words[depth];
  const next = word === undefined ? undefined : node.next.get(word);
  if (next !== undefined && prune(next, words, depth + 1)) node.next.delete(word as string);
  return node.next.size + node.here.size + node.rest.size === 0;
}
