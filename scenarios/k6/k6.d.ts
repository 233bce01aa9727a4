/** What our scripts use of k6's own modules: as much of their documentation as that takes. */

declare module 'k6/http' {
  interface Response {
    /** 0: there was no answer. */
    readonly status: number;
    readonly error_code: number;
    readonly timings: { readonly duration: number };
  }
  interface Params {
    readonly headers?: { readonly [name: string]: string };
    readonly tags?: { readonly [name: string]: string };
    readonly timeout?: string;
  }
  const http: {
    get(url: string, params?: Params): Response;
    post(url: string, body: string, params?: Params): Response;
  };
  export default http;
}

declare module 'k6/execution' {
  const exec: {
    readonly scenario: {
      /** From 0, in the order in which iterations are begun. */
      readonly iterationInTest: number;
      /** In milliseconds since the epoch. */
      readonly startTime: number;
    };
    /** From 1. */
    readonly vu: { readonly idInTest: number };
  };
  export default exec;
}

declare module 'k6/metrics' {
  export class Trend {
    constructor(name: string, isTime?: boolean);
    add(value: number, tags?: { readonly [name: string]: string }): void;
  }
}

declare module 'k6/data' {
  export const SharedArray: new <Item>(name: string, make: () => readonly Item[]) => readonly Item[];
}
