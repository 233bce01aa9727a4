/** Each thread has its own: what is shared in k6 is not in a double. */
export class SharedArray<Item> extends Array<Item> {
  constructor(_name: string, make: () => readonly Item[]) {
    super();
    this.push(...make());
  }
}
