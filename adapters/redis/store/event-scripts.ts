import { script } from '../script.ts';

/**
 * KEYS: stream, state. ARGV: prefix of keys' sets, and for each pack its count, the pack, and the keys in it as
 * JSON.
 */
export const append = script(
  'append',
  `
local total = tonumber(redis.call('HGET', KEYS[2], 'last') or 0)
for index = 2, #ARGV, 3 do
  total = total + ARGV[index]
  local id = string.format('%.0f', total)
  redis.call('XADD', KEYS[1], id .. '-0', ARGV[index], ARGV[index + 1], 'keys', ARGV[index + 2])
  for _, key in ipairs(cjson.decode(ARGV[index + 2])) do redis.call('ZADD', ARGV[1] .. key, id, id) end
end
redis.call('HSET', KEYS[2], 'last', string.format('%.0f', total))
`,
);

/**
 * KEYS: stream, state, and the set of one key, if only its events are wanted. ARGV: after how many, entries at most.
 * Answers: how many were pruned; then the entries that hold what comes after: id, count, pack, and so on.
 */
export const read = script(
  'read',
  `
local answer = { redis.call('HGET', KEYS[2], 'pruned') or '0' }
local entries = {}
if KEYS[3] then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[3], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2])) do
    entries[#entries + 1] = redis.call('XRANGE', KEYS[1], id .. '-0', id .. '-0')[1]
  end
else
  entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
end
for _, entry in ipairs(entries) do
  answer[#answer + 1] = entry[1]
  answer[#answer + 1] = entry[2][1]
  answer[#answer + 1] = entry[2][2]
end
return answer
`,
  { reads: true },
);

/**
 * The oldest are gone at once, and some of the entries that hold nothing else are removed.
 * KEYS: stream, state. ARGV: prefix of keys' sets, how many to keep, entries at most.
 * Answers: how many are gone that were not before; 1 when there are entries left to remove.
 */
export const prune = script(
  'prune',
  `
local last = tonumber(redis.call('HGET', KEYS[2], 'last') or 0)
local before = tonumber(redis.call('HGET', KEYS[2], 'pruned') or 0)
local pruned = math.max(before, last - ARGV[2])
redis.call('HSET', KEYS[2], 'pruned', string.format('%.0f', pruned))
local most = tonumber(ARGV[3])
local entries = redis.call('XRANGE', KEYS[1], '-', string.format('%.0f-0', pruned), 'COUNT', most)
for _, entry in ipairs(entries) do
  local id = string.match(entry[1], '^%d+')
  for _, key in ipairs(cjson.decode(entry[2][4])) do redis.call('ZREM', ARGV[1] .. key, id) end
  redis.call('XDEL', KEYS[1], entry[1])
end
return { pruned - before, #entries == most and 1 or 0 }
`,
  { keeps: true },
);
