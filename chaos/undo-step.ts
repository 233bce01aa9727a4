/** What takes a fault back, as data: any process can do it, from a journal, in the order written and more than once. */
export type UndoStep =
  /** To this very process: the pid together with its birth, since pids are used again. */
  | {
      readonly do: 'signal';
      readonly signal: 'SIGCONT' | 'SIGKILL';
      readonly pid: number;
      readonly birth: string;
    }
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'chmod'; readonly path: string; readonly mode: number };
