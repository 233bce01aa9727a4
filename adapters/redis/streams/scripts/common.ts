/** Lua that several scripts begin with: server time in milliseconds, ids taken apart and compared. */
export const common = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function parse(id)
  local ms, count = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(count)
end
local function countAt(id)
  local _, count = parse(id)
  return count
end
local function before(a, b)
  local ams, acount = parse(a)
  local bms, bcount = parse(b)
  return ams < bms or (ams == bms and acount < bcount)
end
local function newestOf(key)
  return redis.call('GET', key) or '0-0'
end
`;
