/** `up` is from the client to the server, `down` from the server to the client. */
export type Direction = 'up' | 'down';

/** A toxic acts on one direction or on both. */
export type Directions = Direction | 'both';
