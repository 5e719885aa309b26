-- Filters over attributes, as `where` of a request says them. A filter is compiled once a call, into functions.
--
-- Encoded it is JSON: the names of the attributes, and a test of one of these forms, where `column` counts names from 1:
-- ["and", test, …], ["or", test, …], ["exists", column, boolean], ["eq" or "ne", column, JSON text],
-- ["in", column, [JSON text, …]], ["gt", "gte", "lt" or "lte", column, number or text].
-- Attributes are stored as JSON text, always written in the same way: two values are equal if their texts are.

local QUOTE = string.byte('"')

-- Less than 0, 0, or more: texts by their bytes, whatever the locale of the server is.
local function byte_order(one, other)
  local low, high = 0, math.min(#one, #other)
  -- bounded: halves the range each turn
  while low < high do
    local middle = math.ceil((low + high) / 2)
    if string.sub(one, 1, middle) == string.sub(other, 1, middle) then low = middle else high = middle - 1 end
  end
  return (string.byte(one, low + 1) or -1) - (string.byte(other, low + 1) or -1)
end

-- What was parsed in this call: several conditions may look at one long text.
local PARSED = {}

-- The beginning of a text that is stored as JSON: as many bytes as decide, where it has them. nil for what is no Unicode
-- (half a surrogate pair). Text without an escape is its own JSON.
local function beginning_of(stored, bytes)
  if not string.find(stored, '\\', 1, true) then return string.sub(stored, 2, math.min(#stored - 1, bytes + 1)) end
  if PARSED[stored] == nil then
    local is_text, value = pcall(cjson.decode, stored)
    PARSED[stored] = is_text and value
  end
  return PARSED[stored] or nil
end

-- What is not of the operand's type has no order to it.
local function order_to(stored, operand)
  local is_text = string.byte(stored) == QUOTE
  if type(operand) == 'number' then
    local value = not is_text and tonumber(stored)
    return value and value - operand
  end
  local value = is_text and beginning_of(stored, #operand + 1)
  return value and byte_order(value, operand)
end

local ORDERED = {
  gt = function(order) return order > 0 end,
  gte = function(order) return order >= 0 end,
  lt = function(order) return order < 0 end,
  lte = function(order) return order <= 0 end,
}

-- A function of the values of one user, `false` for an attribute that is not there.
local function compiled(test)
  local name, column, operand = test[1], test[2], test[3]
  if name == 'and' or name == 'or' then
    local parts, is_any = {}, name == 'or'
    for index = 2, #test do parts[#parts + 1] = compiled(test[index]) end
    return function(values)
      for _, part in ipairs(parts) do
        if part(values) == is_any then return is_any end
      end
      return not is_any
    end
  end
  if name == 'exists' then return function(values) return (values[column] ~= false) == operand end end
  if name == 'eq' then return function(values) return values[column] == operand end end
  if name == 'ne' then return function(values) return values[column] ~= operand end end
  if name == 'in' then
    local known = {}
    for _, text in ipairs(operand) do known[text] = true end
    return function(values) return known[values[column]] == true end
  end
  local holds = ORDERED[name]
  return function(values)
    local order = values[column] and order_to(values[column], operand)
    if not order then return false end
    return holds(order)
  end
end

-- Names of the attributes that it looks at, and its function.
local function compile_filter(text)
  local filter = cjson.decode(text)
  return filter[1], compiled(filter[2])
end
