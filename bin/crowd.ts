/** The process of the clients that a cell has over WebSockets. Talks to the cell by IPC. */
import { systemClock } from '../core/clock.ts';
import { serveCrowd } from '../scenarios/crowd/serve.ts';

serveCrowd(systemClock);
