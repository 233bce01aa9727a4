import { script } from '../../script.ts';
import { common } from './common.ts';

/**
 * Cuts what everybody has read and the window does not keep, at the newest mark that allows it.
 * KEYS: newest, stream, marks, readers, read, groups. ARGV: window, buffer, prefix of groups' keys.
 * Answers: how many messages the slowest of those alive is behind, and how many groups without members are given
 * up on: they are more than the buffer behind, and no longer keep anything.
 */
export const sweep = script(
  'sweep',
  `
${common}
local time = now()
local window, buffer = tonumber(ARGV[1]), tonumber(ARGV[2])
local newest = newestOf(KEYS[1])
local total = countAt(newest)

for _, reader in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', time)) do
  redis.call('ZREM', KEYS[4], reader)
  redis.call('HDEL', KEYS[5], reader)
end
local floor, farthest, givenUp = newest, 0, 0
for _, position in ipairs(redis.call('HVALS', KEYS[5])) do
  farthest = math.max(farthest, total - countAt(position))
  if before(position, floor) then floor = position end
end

for _, group in ipairs(redis.call('SMEMBERS', KEYS[6])) do
  local prefix = ARGV[3] .. group .. ':'
  local needed = redis.call('GET', prefix .. 'position') or '0-0'
  for _, after in ipairs(redis.call('HVALS', prefix .. 'parked')) do
    if before(after, needed) then needed = after end
  end
  for _, text in ipairs(redis.call('HVALS', prefix .. 'claims')) do
    local claim = cmsgpack.unpack(text)
    if claim.all and before(claim.all, needed) then needed = claim.all end
    for _, after in pairs(claim.slots or {}) do
      if before(after, needed) then needed = after end
    end
  end
  local lag = total - countAt(needed)
  local alive = redis.call('ZCOUNT', prefix .. 'members', string.format('(%.0f', time), '+inf') > 0
  if alive then farthest = math.max(farthest, lag) end
  if alive or lag <= buffer then
    if before(needed, floor) then floor = needed end
  else
    givenUp = givenUp + 1
  end
end

if total > 0 and redis.call('LINDEX', KEYS[3], -1) ~= newest then redis.call('RPUSH', KEYS[3], newest) end
local cut
while true do
  local mark = redis.call('LINDEX', KEYS[3], 1)
  if not mark or before(floor, mark) or countAt(mark) > total - window then break end
  redis.call('LPOP', KEYS[3])
  cut = mark
end
if cut then redis.call('XTRIM', KEYS[2], 'MINID', cut) end
return {farthest, givenUp}
`,
  { keeps: true },
);
