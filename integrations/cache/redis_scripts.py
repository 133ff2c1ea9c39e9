"""What Redis does as one step, in Lua; each script touches keys of one hash tag only, so that a cluster takes it."""

# KEYS: value, stale copy. ARGV: value, milliseconds.
PUT = """
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
"""

# KEYS: counter. ARGV: amount, milliseconds from its first use.
COUNT = """
local value = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return value
"""

# KEYS: uses by slot. ARGV: slot, the last one that does not count, most, milliseconds.
# Answers whether it was counted (1 or 0), slot, uses, slot, uses ... as one text: an array is read item by item.
ALLOW = """
local flat, sum, counted = redis.call('HGETALL', KEYS[1]), 0, 0
for place = 1, #flat, 2 do
  if tonumber(flat[place]) > tonumber(ARGV[2]) then
    sum = sum + flat[place + 1]
  else
    redis.call('HDEL', KEYS[1], flat[place])
  end
end
if sum < tonumber(ARGV[3]) then
  redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  counted = 1
end
return counted .. ' ' .. table.concat(redis.call('HGETALL', KEYS[1]), ' ')
"""

# KEYS: value, stale copy, claim. ARGV: token, milliseconds of a claim. Answers {value or false, whether claimed}.
LOOK = """
local fresh = redis.call('GET', KEYS[1])
if fresh then return {fresh, 0} end
if redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2]) then return {false, 1} end
return {redis.call('GET', KEYS[2]), 0}
"""

# KEYS: claim. ARGV: token, milliseconds.
RENEW = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
"""

# KEYS: claim. ARGV: token.
RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""

# KEYS: value, stale copy, claim. ARGV: token, value, milliseconds of it, milliseconds of the copy or 0.
SETTLE = """
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if ARGV[4] ~= '0' then redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[4]) end
if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
"""

# KEYS: index, then a state and a value for each change.
# ARGV: milliseconds of values, of states; then member, version, digest and data for each change; data "": a tombstone.
APPLY = """
for place = 2, #KEYS, 2 do
  local state, value = KEYS[place], KEYS[place + 1]
  local at = 2 * place - 1
  local member, version, digest, data = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local held = redis.call('HGET', state, 'version')
  if not held or tonumber(held) < tonumber(version) then
    -- A tombstone may name no owner: what goes is what was put there.
    local before = redis.call('HGET', state, 'value')
    if before and before ~= value then redis.call('DEL', before) end
    if data == '' then
      redis.call('DEL', value)
      redis.call('ZREM', KEYS[1], member)
    else
      redis.call('SET', value, data, 'PX', ARGV[1])
      redis.call('ZADD', KEYS[1], 0, member)
    end
    redis.call('HSET', state, 'version', version, 'digest', digest, 'value', value, 'print', redis.sha1hex(data))
    redis.call('PEXPIRE', state, ARGV[2])
  end
end
"""

# KEYS: index. ARGV: bound, how many, prefix of states.
# Answers member, version, digest of each; the last two "" where the state is over, which then leaves the index; no
# digest where the value is another than was put there.
HELD = """
local found = {}
for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  local state = redis.call('HMGET', ARGV[3] .. member, 'version', 'digest', 'value', 'print')
  local value = state[3] and redis.call('GET', state[3])
  if value and redis.sha1hex(value) ~= state[4] then state[2] = '' end
  if not state[1] then redis.call('ZREM', KEYS[1], member) end
  found[#found + 1] = member
  found[#found + 1] = state[1] or ''
  found[#found + 1] = state[2] or ''
end
return found
"""

# KEYS: index, value, state. ARGV: member, milliseconds of states.
# Takes note of a value that nobody put there for an entity, so that it is found and can be dropped.
ADOPT = """
if redis.call('EXISTS', KEYS[2]) == 1 and redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('HSET', KEYS[3], 'version', 0, 'digest', '', 'value', KEYS[2], 'print', '')
  redis.call('PEXPIRE', KEYS[3], ARGV[2])
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
end
"""

# KEYS: index, then states. ARGV: their members.
DROP = """
for place = 2, #KEYS do
  local value = redis.call('HGET', KEYS[place], 'value')
  if value then redis.call('DEL', value) end
  redis.call('DEL', KEYS[place])
  redis.call('ZREM', KEYS[1], ARGV[place - 1])
end
"""
