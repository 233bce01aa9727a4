/** Lua: whether the life of a token stands; a write without a token needs none. */
export const standing = `
local function stands(key, token)
  return token == '' or redis.call('SISMEMBER', key, token) == 1
end
`;
