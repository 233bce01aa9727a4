/** Something to be done in the next turn of the event loop. `run` never throws. */
export interface Task {
  run(): void;
}

/**
 * Runs what was asked for in the next turn of the event loop, all of it in one go. A turn, not a microtask: however
 * long a chain of events that cause events grows, timers and sockets get their share between any two links, and
 * the stack stays flat.
 */
export class Turn {
  #asked: Task[] = [];

  ask(task: Task): void {
    if (this.#asked.push(task) === 1) setImmediate(this.#play);
  }

  readonly #play = (): void => {
    const tasks = this.#asked;
    this.#asked = [];
    for (const task of tasks) task.run();
  };
}
