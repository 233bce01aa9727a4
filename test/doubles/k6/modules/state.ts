/** Where a virtual user is. */
export const state = { scenario: { iterationInTest: 0, startTime: 0 }, vu: { idInTest: 0 } };
