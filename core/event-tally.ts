/** How many events the event buses of this process have received: what the process-wide monitor takes its rate from. */
export const eventTally = { received: 0 };
