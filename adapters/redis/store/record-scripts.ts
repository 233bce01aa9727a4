import { removalsKept } from '../../told.ts';
import { script } from '../script.ts';
import { standing } from './standing.ts';

/*
 * A head is `<place> <version> <values>`: the place in listings, which a record keeps for life, and the values of the
 * fields that it can be found by, as a JSON list in the order of the fields.
 */
const heads = `
local function indexNames(prefix, fields, values)
  local names = {}
  for index, value in ipairs(cjson.decode(values)) do
    if value ~= cjson.null then names[#names + 1] = prefix .. fields[index] .. ':' .. value end
  end
  return names
end
local function split(text)
  local fields = {}
  for field in string.gmatch(text, '[^,]+') do fields[#fields + 1] = field end
  return fields
end
local function readHead(text)
  return string.match(text, '^(%d+) (%d+) (.*)$')
end
`;

/** Notes that a record has changed or is gone, from when somebody has asked for changes. KEYS: last place, changed, removed, forgotten. */
const notes = `
local function noting(last, changed, removed, forgotten)
  if redis.call('EXISTS', last) == 0 then return function() end end
  return function(id, isRemoval)
    redis.call('ZREM', isRemoval and changed or removed, id)
    redis.call('ZADD', isRemoval and removed or changed, redis.call('INCR', last), id)
    if isRemoval and redis.call('ZCARD', removed) > ${removalsKept} then
      local oldest = redis.call('ZPOPMIN', removed)
      redis.call('SET', forgotten, oldest[2])
    end
  end
end
`;

/**
 * All or nothing. KEYS: rows, heads, all, last, those of notes, and of standing lives. ARGV: index prefix, fields, token, and for
 * each record its id, values and row.
 * Answers with an id that exists already, 0 when the token does not stand, or nothing.
 */
export const insert = script(
  'insert',
  `
${heads}
${notes}
${standing}
if not stands(KEYS[9], ARGV[3]) then return 0 end
local note = noting(KEYS[5], KEYS[6], KEYS[7], KEYS[8])
local seen = {}
for index = 4, #ARGV, 3 do
  local id = ARGV[index]
  if seen[id] or redis.call('HEXISTS', KEYS[2], id) == 1 then return id end
  seen[id] = true
end
local count = (#ARGV - 3) / 3
local place = redis.call('INCRBY', KEYS[4], count) - count
local fields, rows, records, sets = split(ARGV[2]), {}, {}, { [KEYS[3]] = {} }
for index = 4, #ARGV, 3 do
  local id, values = ARGV[index], ARGV[index + 1]
  place = place + 1
  local score = string.format('%.0f', place)
  rows[#rows + 1] = id
  rows[#rows + 1] = ARGV[index + 2]
  records[#records + 1] = id
  records[#records + 1] = score .. ' 1 ' .. values
  local names = indexNames(ARGV[1], fields, values)
  names[#names + 1] = KEYS[3]
  for _, name in ipairs(names) do
    local set = sets[name] or {}
    set[#set + 1] = score
    set[#set + 1] = id
    sets[name] = set
  end
end
local function store(command, key, pairs)
  for from = 1, #pairs, 1000 do redis.call(command, key, unpack(pairs, from, math.min(from + 999, #pairs))) end
end
store('HSET', KEYS[1], rows)
store('HSET', KEYS[2], records)
for name, set in pairs(sets) do store('ZADD', name, set) end
for index = 4, #ARGV, 3 do note(ARGV[index], false) end
`,
);

/**
 * Compare-and-set of each record for itself. KEYS: rows, heads, those of notes, and of standing lives. ARGV: index prefix, fields,
 * and for each record its id, new version, values, row and token. Answers with which were refused, 1 is the first, and which were
 * for their token: -1 is the first.
 */
export const update = script(
  'update',
  `
${heads}
${notes}
${standing}
local note = noting(KEYS[3], KEYS[4], KEYS[5], KEYS[6])
local fields = split(ARGV[2])
local refused = {}
for index = 3, #ARGV, 5 do
  local id, version, values = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  local head = redis.call('HGET', KEYS[2], id)
  local place, old, before
  if head then place, old, before = readHead(head) end
  if not stands(KEYS[7], ARGV[index + 4]) then
    refused[#refused + 1] = -(index - 3) / 5 - 1
  elseif not head or tonumber(old) ~= version - 1 then
    refused[#refused + 1] = (index - 3) / 5 + 1
  else
    note(id, false)
    redis.call('HSET', KEYS[1], id, ARGV[index + 3])
    redis.call('HSET', KEYS[2], id, place .. ' ' .. version .. ' ' .. values)
    if values ~= before then
      local now, kept = indexNames(ARGV[1], fields, values), {}
      for _, name in ipairs(now) do kept[name] = true end
      for _, name in ipairs(indexNames(ARGV[1], fields, before)) do
        if kept[name] then kept[name] = nil else redis.call('ZREM', name, id) end
      end
      for name in pairs(kept) do redis.call('ZADD', name, place, id) end
    end
  end
end
return refused
`,
);

/** KEYS: rows, heads, all, and those of notes. ARGV: index prefix, fields, ids. Answers how many there were. */
export const remove = script(
  'remove',
  `
${heads}
${notes}
local note = noting(KEYS[4], KEYS[5], KEYS[6], KEYS[7])
local fields = split(ARGV[2])
local removed = 0
for index = 3, #ARGV do
  local id = ARGV[index]
  local head = redis.call('HGET', KEYS[2], id)
  if head then
    local _, _, values = readHead(head)
    for _, name in ipairs(indexNames(ARGV[1], fields, values)) do redis.call('ZREM', name, id) end
    redis.call('ZREM', KEYS[3], id)
    redis.call('HDEL', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
    note(id, true)
    removed = removed + 1
  end
end
return removed
`,
  { keeps: true },
);

/**
 * One page of the records that are in every one of some sorted sets.
 * KEYS: rows, sorted sets. ARGV: after which place, how many at most, how many places to look at.
 * Answers: the place up to which was looked; 1 when nothing comes after it; and the rows.
 */
export const find = script(
  'find',
  `
local after, limit, budget = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local smallest, least = 2, redis.call('ZCARD', KEYS[2])
for index = 3, #KEYS do
  local count = redis.call('ZCARD', KEYS[index])
  if count < least then smallest, least = index, count end
end
local rows, looked, isEnd, step = {}, 0, 0, math.max(limit, 100)
while #rows < limit and looked < budget do
  local some = redis.call('ZRANGE', KEYS[smallest], '(' .. after, '+inf', 'BYSCORE', 'LIMIT', 0, step, 'WITHSCORES')
  local ids = {}
  for index = 1, #some, 2 do
    if #rows + #ids == limit then break end
    looked = looked + 1
    after = some[index + 1]
    local isIn = true
    for other = 2, #KEYS do
      if other ~= smallest and not redis.call('ZSCORE', KEYS[other], some[index]) then isIn = false; break end
    end
    if isIn then ids[#ids + 1] = some[index] end
  end
  for from = 1, #ids, 1000 do
    for _, row in ipairs(redis.call('HMGET', KEYS[1], unpack(ids, from, math.min(from + 999, #ids)))) do
      rows[#rows + 1] = row
    end
  end
  if #some < step * 2 then break end
end
if #redis.call('ZRANGE', KEYS[smallest], '(' .. after, '+inf', 'BYSCORE', 'LIMIT', 0, 1) == 0 then isEnd = 1 end
return { after, isEnd, rows }
`,
  { reads: true },
);

/**
 * What has changed since a place, and where the count stands. KEYS: rows, all, and those of notes. ARGV: the place, the place
 * up to which removals are not wanted ('' for the last), how many at most.
 * Answers: which life of the server, the last place, the place up to which removals are forgotten, the place reached, the
 * place up to which removals were not wanted, 1 when there is more, rows, ids of removed ones.
 */
export const changes = script(
  'changes',
  `
local rows, all, last, changed, removed, forgotten = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
if redis.call('EXISTS', last) == 0 then
  local ids = redis.call('ZRANGE', all, 0, -1)
  for place, id in ipairs(ids) do redis.call('ZADD', changed, place, id) end
  redis.call('SET', last, #ids)
end
local function after(set, place, most)
  return redis.call('ZRANGE', set, '(' .. place, '+inf', 'BYSCORE', 'LIMIT', 0, most, 'WITHSCORES')
end
local place, most = tonumber(ARGV[1]), tonumber(ARGV[3])
local newest = redis.call('GET', last)
local begun = ARGV[2] == '' and newest or ARGV[2]
local alive, gone = after(changed, ARGV[1], most + 1), after(removed, math.max(place, tonumber(begun)), most + 1)
local ids, removals, a, g, reached, more = {}, {}, 1, 1, newest, 0
while alive[a] or gone[g] do
  if #ids + #removals == most then
    more = 1
    break
  end
  if not gone[g] or (alive[a] and tonumber(alive[a + 1]) < tonumber(gone[g + 1])) then
    ids[#ids + 1], reached = alive[a], alive[a + 1]
    a = a + 2
  else
    removals[#removals + 1], reached = gone[g], gone[g + 1]
    g = g + 2
  end
end
if more == 0 then reached = newest end
local found = {}
for from = 1, #ids, 1000 do
  for _, row in ipairs(redis.call('HMGET', rows, unpack(ids, from, math.min(from + 999, #ids)))) do
    found[#found + 1] = row
  end
end
local life = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
return { life, newest, redis.call('GET', forgotten) or '0', reached, begun, more, found, removals }
`,
  { keeps: true },
);
