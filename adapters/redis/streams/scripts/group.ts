import { script } from '../../script.ts';
import { slotLetters } from '../slot.ts';
import { common } from './common.ts';

/*
 * A group, as the server keeps it:
 *
 *     position   up to here every message was given to a member, or parked
 *     claims     member -> { id, upto, all = after, count }      everything after `after` up to `upto`
 *                       or { id, upto, slots = { slot = after } }  those of each slot
 *     parked     slot -> after: messages of this slot after there, up to the position, wait
 *     lost       how many were cut while they were claimed, and came back; not said yet
 *
 * While a member holds messages of a slot no other is given any: they are parked, and given first when the slot is
 * free. What was claimed and comes back, because its member left, died, or never heard of it, is parked too.
 * Streams have groups of their own, but those give out whole entries to whoever asks, and an entry here holds
 * messages of many keys.
 */
const claims = `
local function park(slot, after)
  local waiting = redis.call('HGET', parked, slot)
  if not waiting or before(after, waiting) then redis.call('HSET', parked, slot, after) end
end
local function slotsOf(fields)
  local slots = fields[4]
  local index = 1 - ${slotLetters}
  return function()
    index = index + ${slotLetters}
    if index <= #slots then return string.sub(slots, index, index + ${slotLetters - 1}) end
  end
end
local function giveBack(member)
  local text = redis.call('HGET', claims, member)
  if not text then return end
  local claim = cmsgpack.unpack(text)
  if claim.all then
    local gone, after = claim.count, nil
    for _, entry in ipairs(redis.call('XRANGE', stream, '(' .. claim.all, claim.upto)) do
      gone = gone - entry[2][1]
      if not after then
        local ms, count = parse(entry[1])
        after = string.format('%.0f-%.0f', ms, count - entry[2][1])
      end
      for slot in slotsOf(entry[2]) do park(slot, after) end
    end
    if gone > 0 then redis.call('INCRBY', lost, gone) end
  else
    for slot, after in pairs(claim.slots) do park(slot, after) end
  end
  redis.call('HDEL', claims, member)
end
`;

/**
 * Acknowledges what the member holds and gives it more.
 * KEYS: stream, newest, position, members, claims, parked, groups, lost. ARGV: member, lease in ms, the claim it has
 * handled (0: none), the number of its next claim, the group's name.
 * Answers: messages that were cut before the group was given them (or after, when nobody can tell whether they
 * were handled); the group's position; 1 when it reads no further until busy slots are free; and, if there is
 * something to handle: the position after it, the slots that it may handle and after which position each (none:
 * all), and the entries: id, pack, id, pack.
 */
export const take = script(
  'take',
  `
${common}
local stream, members, claims, parked, lost = KEYS[1], KEYS[4], KEYS[5], KEYS[6], KEYS[8]
local me = ARGV[1]
${claims}
local mostMessages, mostShared, mostBytes, mostParked = 2000, 500, 4194304, 10000

local mine = redis.call('HGET', claims, me)
if mine then
  if cmsgpack.unpack(mine).id == tonumber(ARGV[3]) then redis.call('HDEL', claims, me) else giveBack(me) end
end
local time = now()
for _, member in ipairs(redis.call('ZRANGEBYSCORE', members, '-inf', time)) do
  giveBack(member)
  redis.call('ZREM', members, member)
end
redis.call('ZADD', members, time + ARGV[2], me)
redis.call('SADD', KEYS[7], ARGV[5])

local busy, others = {}, redis.call('HGETALL', claims)
for index = 2, #others, 2 do
  local claim = cmsgpack.unpack(others[index])
  if claim.all then
    for _, entry in ipairs(redis.call('XRANGE', stream, '(' .. claim.all, claim.upto)) do
      for slot in slotsOf(entry[2]) do busy[slot] = true end
    end
  else
    for slot in pairs(claim.slots) do busy[slot] = true end
  end
end

local position = redis.call('GET', KEYS[3]) or '0-0'
local waiting, free, first, floor = {}, {}, nil, position
local list = redis.call('HGETALL', parked)
for index = 1, #list, 2 do
  local slot, after = list[index], list[index + 1]
  waiting[slot] = true
  if before(after, floor) then floor = after end
  if not busy[slot] then
    free[slot] = after
    if not first or before(after, first) then first = after end
  end
end

local limit, sharers = mostMessages, redis.call('ZCARD', members)
if sharers > 1 then
  local lag = countAt(newestOf(KEYS[2])) - countAt(floor)
  limit = math.max(1, math.min(mostShared, math.ceil(lag / sharers)))
end
-- Entries after one position up to another, of which 'wanted' counts messages to handle, until there are enough of
-- them, or enough messages were looked at.
local missed = tonumber(redis.call('GETDEL', lost) or 0)
local function read(after, upto, most, wanted)
  local packs, messages, bytes, looked = {}, 0, 0, 0
  while messages < limit and bytes < mostBytes and looked < most do
    local entry = redis.call('XRANGE', stream, '(' .. after, upto, 'COUNT', 1)[1]
    if not entry then
      missed = missed + math.max(0, countAt(upto) - countAt(after))
      return upto, packs, messages
    end
    missed = missed + math.max(0, countAt(entry[1]) - entry[2][1] - countAt(after))
    after = entry[1]
    local count = wanted(entry)
    looked = looked + entry[2][1]
    if count > 0 then
      packs[#packs + 1] = after
      packs[#packs + 1] = entry[2][2]
      messages = messages + count
      bytes = bytes + #entry[2][2]
    end
  end
  return after, packs, messages
end
local function give(upto, claim, packs, slots)
  claim.id, claim.upto = tonumber(ARGV[4]), upto
  redis.call('HSET', claims, me, cmsgpack.pack(claim))
  return slots, packs
end

if first then
  local upto, packs = read(first, position, math.huge, function(entry)
    local count = 0
    for slot in slotsOf(entry[2]) do
      if free[slot] and before(free[slot], entry[1]) then count = count + 1 end
    end
    return count
  end)
  local given, slots = {}, {}
  for slot, after in pairs(free) do
    if upto == position then redis.call('HDEL', parked, slot)
    elseif before(after, upto) then redis.call('HSET', parked, slot, upto) end
    if before(after, upto) then
      given[slot] = after
      slots[#slots + 1] = slot
      slots[#slots + 1] = after
    end
    if upto == position then waiting[slot] = nil end
  end
  if #packs > 0 then return { missed, position, 0, upto, give(upto, { slots = given }, packs, slots) } end
  floor = position
  for slot in pairs(waiting) do
    local after = redis.call('HGET', parked, slot)
    if before(after, floor) then floor = after end
  end
end

local newest = newestOf(KEYS[2])
local start, alone = position, sharers == 1 and #others == 0 and next(waiting) == nil
while before(position, newest) and countAt(position) - countAt(floor) <= mostParked do
  local given, slots = {}, {}
  local upto, packs, messages = read(position, newest, mostMessages, function(entry)
    local free = 0
    if alone then return tonumber(entry[2][1]) end
    for slot in slotsOf(entry[2]) do
      if busy[slot] or waiting[slot] then
        if not waiting[slot] then park(slot, start) end
        waiting[slot] = true
      else
        given[slot] = start
        free = free + 1
      end
    end
    return free
  end)
  if before(start, floor) then floor = start end
  position = upto
  redis.call('SET', KEYS[3], position)
  if #packs > 0 then
    if alone then return { missed, position, 0, upto, give(upto, { all = start, count = messages }, packs, {}) } end
    for slot, after in pairs(given) do
      slots[#slots + 1] = slot
      slots[#slots + 1] = after
    end
    return { missed, position, 0, upto, give(upto, { slots = given }, packs, slots) }
  end
end
local stalled = 0
if before(position, newest) then stalled = 1 end
return { missed, position, stalled }
`,
  { keeps: true },
);

/** The member is there. KEYS: members. ARGV: member, lease in ms. */
export const stay = script(
  'stay',
  `
${common}
redis.call('ZADD', KEYS[1], now() + ARGV[2], ARGV[1])
`,
  { keeps: true },
);

/**
 * The member leaves; what it has not handled goes to others.
 * KEYS: stream, members, claims, parked, lost. ARGV: member, the claim it has handled (0: none).
 */
export const leave = script(
  'leave',
  `
${common}
local stream, claims, parked, lost = KEYS[1], KEYS[3], KEYS[4], KEYS[5]
${claims}
local mine = redis.call('HGET', claims, ARGV[1])
if mine then
  if cmsgpack.unpack(mine).id == tonumber(ARGV[2]) then redis.call('HDEL', claims, ARGV[1])
  else giveBack(ARGV[1]) end
end
redis.call('ZREM', KEYS[2], ARGV[1])
`,
  { keeps: true },
);
