/** Where a share lies that showed in `times` of `of` runs: exact (Clopper-Pearson), two-sided 95 %. */
export function shareInterval(times: number, of: number): readonly [low: number, high: number] {
  const tail = 0.025;
  const low = times === 0 ? 0 : solve((share) => 1 - atMost(times - 1, of, share), tail);
  const high = times === of ? 1 : solve((share) => 1 - atMost(times, of, share), 1 - tail);
  return [low, high];
}

/** The chance of `times` or fewer of `of`, when each has the chance `share`. */
function atMost(times: number, of: number, share: number): number {
  let chance = (1 - share) ** of;
  let sum = chance;
  for (let each = 1; each <= times; each++) {
    chance *= ((of - each + 1) / each) * (share / (1 - share));
    sum += chance;
  }
  return sum;
}

/** Where a rising function of a share has a value, to a millionth. */
function solve(rising: (share: number) => number, value: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
