import { append } from './append.ts';
import { attend, depart, enter, join } from './attend.ts';
import { leave, stay, take } from './group.ts';
import { sweep } from './sweep.ts';

export { append, attend, depart, enter, join, leave, stay, sweep, take };

export const busScripts = [append, attend, depart, enter, join, leave, stay, sweep, take];
