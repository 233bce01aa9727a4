/** Calls `flush` once at the end of each turn of the event loop in which it was asked for, however often. */
export function oncePerTurn(flush: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    setImmediate(() => {
      asked = false;
      flush();
    });
  };
}
