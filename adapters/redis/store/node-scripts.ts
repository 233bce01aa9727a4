import { script } from '../script.ts';

/** KEYS: last token, lives, beats, standing. ARGV: who it is, as JSON. Answers its token. */
export const enter = script(
  'enter',
  `
local token = redis.call('INCR', KEYS[1])
redis.call('HSET', KEYS[2], token, ARGV[1])
redis.call('HSET', KEYS[3], token, '0 0')
redis.call('SADD', KEYS[4], token)
return token
`,
);

/** KEYS: beats, standing. ARGV: token, load. Answers 1 when it stands. */
export const renew = script(
  'renew',
  `
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 0 then return 0 end
local beat = tonumber(string.match(redis.call('HGET', KEYS[1], ARGV[1]), '^%d+'))
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', beat + 1, ARGV[2]))
return 1
`,
  { keeps: true },
);

/** KEYS: lives, beats, standing. Answers of each its token, who it is, its beat and load, and 1 when it stands. */
export const list = script(
  'list',
  `
local answer = {}
for _, token in ipairs(redis.call('HKEYS', KEYS[1])) do
  answer[#answer + 1] = token
  answer[#answer + 1] = redis.call('HGET', KEYS[1], token)
  answer[#answer + 1] = redis.call('HGET', KEYS[2], token)
  answer[#answer + 1] = redis.call('SISMEMBER', KEYS[3], token)
end
return answer
`,
  { reads: true },
);

/** KEYS: beats, standing. ARGV: token, the beat it was seen at. Answers 1 when that ended it. */
export const end = script(
  'end',
  `
local beat = redis.call('HGET', KEYS[1], ARGV[1])
if not beat or string.match(beat, '^%d+') ~= ARGV[2] then return 0 end
return redis.call('SREM', KEYS[2], ARGV[1])
`,
  { keeps: true },
);

/** KEYS: lives, beats, standing. ARGV: token. */
export const forget = script(
  'forget',
  `
if redis.call('SISMEMBER', KEYS[3], ARGV[1]) == 1 then return end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
`,
  { keeps: true },
);
