import { script } from '../../script.ts';
import { common } from './common.ts';

/**
 * Appends an entry for each pack, all or none: Redis refuses a script at its first write or not at all.
 * KEYS: newest, stream. ARGV: count, pack, slots; and so on.
 */
export const append = script(
  'append',
  `
${common}
local time = now()
local ms, total = parse(newestOf(KEYS[1]))
if time > ms then ms = time end
local id
for index = 1, #ARGV, 3 do
  total = total + ARGV[index]
  id = string.format('%.0f-%.0f', ms, total)
  redis.call('XADD', KEYS[2], id, ARGV[index], ARGV[index + 1], 'slots', ARGV[index + 2])
end
redis.call('SET', KEYS[1], id)
`,
);
