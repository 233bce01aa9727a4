import { EventEmitter } from 'node:events';
import type { Habit } from './table.ts';

/** A listener for each event, to hear of its end, which nobody takes off again. The twin does. */
export const keepsListeners: Habit = (letsGo) => {
  const hub = new EventEmitter().setMaxListeners(0);
  return ({ key, sequence }) => {
    const ended = (id: string): boolean => id === `${key} ${sequence}`;
    hub.on('end', ended);
    if (letsGo) hub.off('end', ended);
  };
};
