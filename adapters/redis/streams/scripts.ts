import { script } from '../script.ts';

/** Server time in milliseconds, and an id taken apart, for the scripts below. */
const common = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function parse(id)
  local ms, count = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(count)
end
local function before(a, b)
  local ams, acount = parse(a)
  local bms, bcount = parse(b)
  return ams < bms or (ams == bms and acount < bcount)
end
`;

/**
 * KEYS: log, a stream per pack. ARGV: partition, count, pack; and so on. All packs or none: Redis refuses a script at
 * its first write or not at all.
 */
export const append = script(
  'append',
  `
${common}
local time = now()
for index = 1, #KEYS - 1 do
  local partition, count, pack = ARGV[3 * index - 2], ARGV[3 * index - 1], ARGV[3 * index]
  local ms, total = time, 0
  local last = redis.call('HGET', KEYS[1], partition)
  if last then
    local lastms
    lastms, total = parse(last)
    if lastms > ms then ms = lastms end
  end
  local id = string.format('%.0f-%.0f', ms, total + count)
  redis.call('XADD', KEYS[1 + index], id, count, pack)
  redis.call('HSET', KEYS[1], partition, id)
end
`,
);

/**
 * A plain subscription enters, or says that it lives and what it has read.
 * KEYS: log, readers, read. ARGV: reader, lease in ms, positions (or '' to start at the newest), partitions.
 * Answers with the newest id of each partition.
 */
export const attend = script(
  'attend',
  `
${common}
local newest = {}
for partition = 0, ARGV[4] - 1 do
  newest[partition + 1] = redis.call('HGET', KEYS[1], partition) or '0-0'
end
local positions = ARGV[3]
if positions == '' then positions = table.concat(newest, ',') end
redis.call('ZADD', KEYS[2], now() + ARGV[2], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[1], positions)
return newest
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
 * Cuts what everybody has read and the window does not keep, at the newest mark that allows it.
 * KEYS: readers, read, log, streams, marks. ARGV: window, buffer, prefix of groups' keys.
 * Answers: how many messages the slowest of those alive is behind, and how many groups without members are given up on: they
 * are more than the buffer behind, and no longer keep anything.
 */
export const sweep = script(
  'sweep',
  `
${common}
local time = now()
local window, buffer = tonumber(ARGV[1]), tonumber(ARGV[2])
local partitions = (#KEYS - 3) / 2
local newest, counts = {}, {}
for partition = 1, partitions do
  newest[partition] = redis.call('HGET', KEYS[3], partition - 1) or '0-0'
  local _, count = parse(newest[partition])
  counts[partition] = count
end

for _, reader in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', time)) do
  redis.call('ZREM', KEYS[1], reader)
  redis.call('HDEL', KEYS[2], reader)
end
local positions, farthest, givenUp = {}, 0, 0
local function lagOf(position)
  local lag = 0
  for partition = 1, partitions do
    local _, count = parse(position[partition])
    lag = lag + math.max(0, counts[partition] - count)
  end
  return lag
end
for _, text in ipairs(redis.call('HVALS', KEYS[2])) do
  local position = {}
  for id in string.gmatch(text, '[^,]+') do position[#position + 1] = id end
  farthest = math.max(farthest, lagOf(position))
  positions[#positions + 1] = position
end

local groups = {}
for partition = 1, partitions do
  local stream = KEYS[3 + partition]
  if redis.call('EXISTS', stream) == 1 then
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
      local info = {}
      for index = 1, #group, 2 do info[group[index]] = group[index + 1] end
      local id = info['last-delivered-id']
      if info['pending'] > 0 then id = redis.call('XPENDING', stream, info['name'])[2] end
      groups[info['name']] = groups[info['name']] or {}
      groups[info['name']][partition] = id
    end
  end
end
for name, position in pairs(groups) do
  for partition = 1, partitions do position[partition] = position[partition] or '0-0' end
  local lag = lagOf(position)
  local alive = redis.call('ZCOUNT', ARGV[3] .. name .. ':members', '(' .. string.format('%.0f', time), '+inf') > 0
  if alive then farthest = math.max(farthest, lag) end
  if alive or lag <= buffer then positions[#positions + 1] = position else givenUp = givenUp + 1 end
end

for partition = 1, partitions do
  local stream, marks = KEYS[3 + partition], KEYS[3 + partitions + partition]
  if newest[partition] ~= '0-0' and redis.call('LINDEX', marks, -1) ~= newest[partition] then
    redis.call('RPUSH', marks, newest[partition])
  end
  local floor = newest[partition]
  for _, position in ipairs(positions) do
    if before(position[partition], floor) then floor = position[partition] end
  end
  local cut
  while true do
    local mark = redis.call('LINDEX', marks, 1)
    if not mark or before(floor, mark) then break end
    local _, count = parse(mark)
    if count > counts[partition] - window / partitions then break end
    redis.call('LPOP', marks)
    cut = mark
  end
  if cut then redis.call('XTRIM', stream, 'MINID', cut) end
end
return {farthest, givenUp}
`,
  { keeps: true },
);

/** Message counts that the next two scripts compare: whether everything after some positions is still held. */
const held = `
local function holds(stream, newest, position)
  if before(newest, position) then return false end
  local _, total = parse(newest)
  local _, count = parse(position)
  local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  local gone = total
  if oldest then
    local _, upTo = parse(oldest[1])
    gone = upTo - tonumber(oldest[2][1])
  end
  return count >= gone
end
`;

/** KEYS: log, streams. ARGV: a position for each. Answers 1 when all that comes after them is still held, else 0. */
export const locate = script(
  'locate',
  `
${common}
${held}
for partition = 1, #KEYS - 1 do
  local newest = redis.call('HGET', KEYS[1], partition - 1) or '0-0'
  if not holds(KEYS[1 + partition], newest, ARGV[partition]) then return 0 end
end
return 1
`,
);

/**
 * Creates a group where it does not exist. KEYS: log, streams. ARGV: group, then nothing (at the newest) or a position
 * for each stream. Answers with the newest id of each partition, or 0 when a new group would start at what is no longer held.
 */
export const join = script(
  'join',
  `
${common}
${held}
local newest = {}
for partition = 1, #KEYS - 1 do
  newest[partition] = redis.call('HGET', KEYS[1], partition - 1) or '0-0'
end
local function exists(stream)
  if redis.call('EXISTS', stream) == 0 then return false end
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    if group[2] == ARGV[1] then return true end
  end
  return false
end
for partition = 1, #newest do
  local position = ARGV[1 + partition]
  local stream = KEYS[1 + partition]
  if position and position ~= '0-0' and not exists(stream) and not holds(stream, newest[partition], position) then
    return 0
  end
end
for partition = 1, #newest do
  local stream = KEYS[1 + partition]
  if not exists(stream) then
    redis.call('XGROUP', 'CREATE', stream, ARGV[1], ARGV[1 + partition] or newest[partition], 'MKSTREAM')
  end
end
return newest
`,
  { keeps: true },
);

/**
 * A member says that it lives, gives partitions back, and is given its share of those that nobody reads.
 * KEYS: members, owners. ARGV: member, lease in ms, partitions, those given back.
 * Answers: how many it may have, then those that it has.
 */
export const share = script(
  'share',
  `
${common}
local time = now()
local me, partitions = ARGV[1], tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time)
redis.call('ZADD', KEYS[1], time + ARGV[2], me)
local members = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(members)
local alive, rank = {}, 0
for index, member in ipairs(members) do
  alive[member] = true
  if member == me then rank = index end
end
local fair = math.floor(partitions / #members)
if rank <= partitions % #members then fair = fair + 1 end

for index = 4, #ARGV do
  if redis.call('HGET', KEYS[2], ARGV[index]) == me then redis.call('HDEL', KEYS[2], ARGV[index]) end
end
local mine, free = {}, {}
for partition = 0, partitions - 1 do
  local owner = redis.call('HGET', KEYS[2], partition)
  if owner == me then mine[#mine + 1] = partition
  elseif not owner or not alive[owner] then free[#free + 1] = partition end
end
while #mine < fair and #free > 0 do
  local partition = table.remove(free, 1)
  redis.call('HSET', KEYS[2], partition, me)
  mine[#mine + 1] = partition
end
table.insert(mine, 1, fair)
return mine
`,
  { keeps: true },
);

/**
 * A partition has a new reader: what others were given of it and did not acknowledge becomes his.
 * KEYS: stream. ARGV: group, member. Answers with the id up to which the group was given everything.
 */
export const claim = script(
  'claim',
  `
local cursor = '0-0'
repeat
  cursor = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, cursor, 'COUNT', 1000, 'JUSTID')[1]
until cursor == '0-0'
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  if consumer[2] ~= ARGV[2] then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer[2]) end
end
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  if group[2] == ARGV[1] then return group[8] end
end
`,
  { keeps: true },
);

/** A member leaves; what it did not acknowledge waits for the next. KEYS: members, owners. ARGV: member. */
export const leave = script(
  'leave',
  `
redis.call('ZREM', KEYS[1], ARGV[1])
local owners = redis.call('HGETALL', KEYS[2])
for index = 1, #owners, 2 do
  if owners[index + 1] == ARGV[1] then redis.call('HDEL', KEYS[2], owners[index]) end
end
`,
  { keeps: true },
);

export const busScripts = [append, attend, depart, sweep, locate, join, share, claim, leave];
