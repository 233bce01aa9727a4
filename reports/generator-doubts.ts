/** What findings are called that come of too little time for the load generator to run in. */
export const wantsOfTime: readonly string[] = [
  'generator too slow',
  'no CPU left',
  'event loop stalled',
  'schedule overrun',
];
