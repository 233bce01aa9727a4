import { script } from '../../script.ts';
import { common } from './common.ts';

/**
 * Where a position of a caller's is: '' is the newest, the origin the oldest still held; nil when what comes after
 * it is not held.
 */
const locate = `
local function locate(newestKey, stream, position)
  local newest = newestOf(newestKey)
  if position == '' then return newest end
  local ms, gone = parse(newest)
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  if oldest then
    ms, gone = parse(oldest[1])
    gone = gone - tonumber(oldest[2][1])
  end
  if position == '0-0' and gone > 0 then return string.format('%.0f-%.0f', ms, gone) end
  if before(newest, position) or countAt(position) < gone then return nil end
  return position
end
`;

/**
 * A plain subscription enters at a position, at the oldest still held (the origin), or at the newest ('').
 * KEYS: newest, stream, readers, read. ARGV: reader, lease in ms, position.
 * Answers with its position; '' when that is no longer held.
 */
export const enter = script(
  'enter',
  `
${common}
${locate}
local position = locate(KEYS[1], KEYS[2], ARGV[3])
if not position then return '' end
redis.call('ZADD', KEYS[3], now() + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[4], ARGV[1], position)
return position
`,
  { keeps: true },
);

/** It lives, and has read up to there. KEYS: readers, read. ARGV: reader, lease in ms, position. */
export const attend = script(
  'attend',
  `
${common}
redis.call('ZADD', KEYS[1], now() + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
`,
  { keeps: true },
);

/** KEYS: readers, read. ARGV: reader. */
export const depart = script(
  'depart',
  `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
`,
  { keeps: true },
);

/**
 * A member enters its group, which is made if there is none, at a position as above.
 * KEYS: newest, stream, groups, position, members. ARGV: group, position, member, lease in ms.
 * Answers 0 when a new group would start at what is no longer held.
 */
export const join = script(
  'join',
  `
${common}
${locate}
if not redis.call('GET', KEYS[4]) then
  local position = locate(KEYS[1], KEYS[2], ARGV[2])
  if not position then return 0 end
  redis.call('SET', KEYS[4], position)
end
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[5], now() + ARGV[4], ARGV[3])
return 1
`,
  { keeps: true },
);
