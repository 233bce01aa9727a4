/** Waits for promises, each for the deadline. */
export type Within = <R>(what: string, promise: Promise<R>) => Promise<R>;

/**
 * What an adapter has answered so far, all through a suite. A call that is not answered within the deadline fails; one
 * that has never been answered is waited for once, and fails at once from then on: a suite whose every test waits for
 * the same thing in vain would take hours to say so.
 */
export class Answers {
  readonly #answered = new Set<string>();
  readonly #silent = new Map<string, Error>();

  /** The answer to `call`, which is called `what`. What it throws, it throws. */
  to<R>(what: string, call: () => Promise<R>, within: Within): Promise<R> {
    const silent = this.#silent.get(what);
    if (silent !== undefined) return Promise.reject(silent);
    const answer = call();
    // A port of somebody's may answer without a promise: that is for the tests to say.
    if (!(answer instanceof Promise)) return answer;
    let settled = false;
    const settle = (): void => {
      settled = true;
      this.#answered.add(what);
    };
    answer.then(settle, settle);
    const waited = within(what, answer);
    waited.catch((error: Error) => {
      if (settled || this.#answered.has(what)) return;
      this.#silent.set(what, new Error(`${error.message}, nor ever before: not asked again`));
    });
    return waited;
  }

  /** The same port, each call of which is waited for. */
  watch<Port>(port: Port, within: Within, path = ''): Port {
    if (typeof port !== 'object' || port === null) return port;
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        const name = `${path}${String(key)}`;
        if (typeof member === 'function') {
          return (...parameters: unknown[]) => this.to(name, () => member.apply(target, parameters), within);
        }
        return this.watch(member, within, `${name}.`);
      },
    });
  }
}
