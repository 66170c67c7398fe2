#include "actors/pipeline/parser/lua_runtime.hpp"

namespace troupe {

std::string_view lua_runtime() noexcept {
  return R"lua(
-- The executor. A scope is a range of the message: at (next byte) and stop, counted from 0.

local deepest = 32

local function fail(at, reason)
  error({at = at, reason = reason}, 0)
end

local function byte_at(run, at)
  return run.raw:byte(at + 1)
end

local function add(run, tree, id, at, size)
  if size == 0 then return end
  local declared = fields[id]
  if declared.little then
    tree:add_le(declared.field, run.tvb:range(at, size))
  else
    tree:add(declared.field, run.tvb:range(at, size))
  end
  run.used = at + size
end

local function take(run, tree, id, scope, size)
  add(run, tree, id, scope.at, size)
  scope.at = scope.at + size
end

local function need(scope, size)
  local left = scope.stop - scope.at
  if size > left then fail(scope.at, "needs " .. size .. " bytes, " .. left .. " are left") end
  return size
end

local function number(run, extent, little)
  local value = 0
  for i = 0, extent.stop - extent.at - 1 do
    local at = little and extent.stop - 1 - i or extent.at + i
    value = value * 256 + byte_at(run, at)
  end
  return value
end

local sizes = {}

function sizes.fixed(run, size, scope, here) return need(scope, size.bytes) end

function sizes.rest(run, size, scope, here)
  need(scope, size.bytes)
  return scope.stop - scope.at - size.bytes
end

function sizes.counted(run, size, scope, here)
  local value = number(run, here.extents[size.by], size.little)
  local bytes = value * size.unit + size.bias
  if bytes < 0 then fail(scope.at, "its length field says " .. value) end
  return need(scope, bytes)
end

sizes["until"] = function(run, size, scope, here)
  local _, last = run.raw:find(size.delimiter, scope.at + 1, true)
  if not last or last > scope.stop then return scope.stop - scope.at end
  return last - scope.at
end

function sizes.align(run, size, scope, here)
  local beyond = (scope.at - here.start) % size.bytes
  return beyond == 0 and 0 or need(scope, size.bytes - beyond)
end

local read_body
local readers = {}

local function size_of(run, element, scope, here)
  return sizes[element.size.how](run, element.size, scope, here)
end

-- A scope of its own, which must be used up, or the enclosing one.
local function scoped(run, element, scope, here, inner)
  if not element.size then return inner(scope) end
  local own = {at = scope.at, stop = scope.at + size_of(run, element, scope, here)}
  inner(own)
  scope.at = own.at
  if own.at < own.stop then fail(own.at, (own.stop - own.at) .. " bytes are left at its end") end
end

local function subtree(run, tree, scope, label, inner)
  local begin = scope.at
  local item = tree:add(run.tvb:range(begin, 0), label)
  inner(item)
  item:set_len(scope.at - begin)
end

function readers.field(run, element, scope, tree, here)
  take(run, tree, element.id, scope, size_of(run, element, scope, here))
end

function readers.list(run, element, scope, tree, here)
  scoped(run, element, scope, here, function(inner)
    local count = 0
    local wanted = element.count_by and number(run, here.extents[element.count_by], element.little)
    while (wanted and count < wanted) or (not wanted and inner.at < inner.stop) do
      if element.end_mark and byte_at(run, inner.at) == element.end_mark then
        take(run, tree, element.id, inner, 1)
        return
      end
      local begin = inner.at
      subtree(run, tree, inner, element.name .. "[" .. count .. "]", function(item)
        read_body(run, element.item, inner, item, here.depth + 1)
      end)
      if inner.at == begin then fail(begin, "an item of the list has no bytes") end
      count = count + 1
    end
  end)
end

function readers.choice(run, element, scope, tree, here)
  local on = here.extents[element.on]
  local picked = element.cases[run.raw:sub(on.at + 1, on.stop)] or element.otherwise
  scoped(run, element, scope, here, function(inner)
    subtree(run, tree, inner, element.name, function(item)
      read_body(run, picked, inner, item, here.depth + 1)
    end)
  end)
end

local function is_constructed(tag) return tag % 64 >= 32 end

-- The ends of the tag, of the first length byte and of the length, and the size of the value; or
-- nothing and the reason why not.
local function ber_head(run, at, stop)
  if at >= stop then return nil, "the tag is missing" end
  local tag_end = at + 1
  if byte_at(run, at) % 32 == 31 then
    while tag_end < stop and byte_at(run, tag_end) >= 128 do tag_end = tag_end + 1 end
    if tag_end >= stop then return nil, "the tag does not end" end
    tag_end = tag_end + 1
  end
  if tag_end >= stop then return nil, "the length is missing" end
  local first = byte_at(run, tag_end)
  local head = {tag_end = tag_end, length_end = tag_end + 1, value = tag_end + 1, size = first}
  if first < 128 then return head end
  if first == 128 then return nil, "an indefinite length is not supported" end
  if first > 132 then return nil, "the length has more than 4 bytes" end
  head.value = head.length_end + first - 128
  if head.value > stop then return nil, "the length does not end" end
  head.size = number(run, {at = head.length_end, stop = head.value}, false)
  return head
end

local function ber_element(run, ids, scope, tree, depth)
  if depth > deepest then fail(scope.at, "BER is nested too deep") end
  local tag = byte_at(run, scope.at)
  local head, problem = ber_head(run, scope.at, scope.stop)
  if not head then fail(scope.at, problem) end
  take(run, tree, ids.tag, scope, head.tag_end - scope.at)
  take(run, tree, ids.length, scope, 1)
  take(run, tree, ids.length_number, scope, head.value - head.length_end)
  local value = {at = scope.at, stop = scope.at + need(scope, head.size)}
  if is_constructed(tag) then
    while value.at < value.stop do
      subtree(run, tree, value, "element", function(item)
        ber_element(run, ids, value, item, depth + 1)
      end)
    end
  else
    if tag == 3 and head.size > 0 then take(run, tree, ids.unused_bits, value, 1) end
    take(run, tree, ids.value, value, value.stop - value.at)
  end
  scope.at = value.stop
end

function readers.ber_tree(run, element, scope, tree, here)
  while scope.at < scope.stop do
    subtree(run, tree, scope, element.name, function(item)
      ber_element(run, element.ids, scope, item, 1)
    end)
  end
end

local function run_end(run, at, stop, inside)
  while at < stop and inside(byte_at(run, at)) do at = at + 1 end
  return at
end

local function is_space(byte) return byte == 32 or byte == 9 end
local function is_no_space(byte) return not is_space(byte) end

local lines = {}

function lines.words(run, element, content, tree)
  take(run, tree, element.ids.word, content, run_end(run, content.at, content.stop, is_no_space) - content.at)
  take(run, tree, element.ids.space, content, run_end(run, content.at, content.stop, is_space) - content.at)
  take(run, tree, element.ids.rest, content, content.stop - content.at)
end

local function separates(element, byte) return element.separators:find(string.char(byte), 1, true) ~= nil end

local function run_of(run, element, at, stop, inside)
  return run_end(run, at, stop, function(byte) return separates(element, byte) == inside end)
end

function lines.delimited(run, element, content, tree)
  while content.at < content.stop do
    local inside = separates(element, byte_at(run, content.at))
    local stop = run_of(run, element, content.at, content.stop, inside)
    take(run, tree, inside and element.ids.separator or element.ids.token, content, stop - content.at)
  end
end

-- A name goes with the separators around it.
local function parameters(run, element, content, tree)
  while content.at < content.stop do
    local at, value = content.at, content.at
    while at < content.stop and value <= at do
      at = run_of(run, element, at, content.stop, true)
      local word = run_of(run, element, at, content.stop, false)
      local following = word < content.stop and byte_at(run, word)
      if following == 61 or following == 58 then at = word else value = word end
      if word == content.stop and word == at then break end
    end
    take(run, tree, element.ids.separator, content, at - content.at)
    if value > at then take(run, tree, element.ids.token, content, value - at) end
  end
end

function lines.named(run, element, content, tree)
  local name = run_of(run, element, content.at, content.stop, false)
  local has_name = name > content.at and name < content.stop and byte_at(run, name) == 58
  if not has_name then return lines.delimited(run, element, content, tree) end
  local plain = run_end(run, content.at, content.stop, function(byte) return byte ~= 60 and byte ~= 61 end)
  if plain == content.stop then return true end
  parameters(run, element, content, tree)
end

function readers.text_lines(run, element, scope, tree, here)
  local style = element.first_line
  while scope.at < scope.stop do
    if style == "rest" then
      take(run, tree, element.ids.rest, scope, scope.stop - scope.at)
      return
    end
    local stop = run.raw:find("\n", scope.at + 1, true)
    if not stop or stop > scope.stop then stop = scope.stop end
    if style == "whole" then
      take(run, tree, element.ids.line, scope, stop - scope.at)
    else
      local ending = 0
      if byte_at(run, stop - 1) == 10 then
        ending = stop - scope.at > 1 and byte_at(run, stop - 2) == 13 and 2 or 1
      end
      -- true: the whole line is one leaf, and nothing was taken
      if lines[style](run, element, {at = scope.at, stop = stop - ending}, tree) then
        take(run, tree, element.ids.line, scope, stop - scope.at)
      else
        add(run, tree, element.ids.ending, stop - ending, ending)
        scope.at = stop
      end
    end
    style = element.other_lines
  end
end

function readers.name_chain(run, element, scope, tree, here)
  local at = scope.at
  local head
  repeat
    if at >= scope.stop then fail(scope.at, "the name does not end") end
    head = byte_at(run, at)
    if head >= 64 and head < 192 then fail(at, "a label of " .. head .. " bytes") end
    at = at + (head < 192 and head + 1 or 2)
  until head == 0 or head >= 192
  if at > scope.stop then fail(scope.at, "the name does not end") end
  take(run, tree, element.id, scope, at - scope.at)
end

function read_body(run, body, scope, tree, depth)
  local here = {start = scope.at, extents = {}, depth = depth}
  for i, element in ipairs(body) do
    local begin = scope.at
    readers[element.sort](run, element, scope, tree, here)
    here.extents[i] = {at = begin, stop = scope.at}
  end
end

-- Message types: the values of the keywords, each with its length before it, pick one.

local keyword_values = {}

function keyword_values.bytes(run, word)
  if word.offset + word.width > #run.raw then return "" end
  return run.raw:sub(word.offset + 1, word.offset + word.width)
end

function keyword_values.direction(run, word)
  return string.char(run.server_to_client and 1 or 0)
end

function keyword_values.word(run, word)
  local number = 0
  for text in run.raw:gmatch("[^ \t\r\n]+") do
    if number == word.offset then return text end
    number = number + 1
  end
  return ""
end

function keyword_values.size(run, word)
  local bits, left = 0, #run.raw
  while left > 0 do
    bits, left = bits + 1, math.floor(left / 2)
  end
  return string.char(bits)
end

function keyword_values.tag(run, word)
  local at = word.width
  for _ = 1, word.offset do
    local head = ber_head(run, at, #run.raw)
    if not head or not is_constructed(byte_at(run, at)) then return "" end
    at = head.value
  end
  return run.raw:sub(at + 1, at + 1)
end

local function type_of(run)
  local key = ""
  local found = format.pick[key]
  for _, word in ipairs(format.keywords) do
    local value = keyword_values[word.from](run, word)
    key = key .. #value .. ":" .. value
    found = format.pick[key] or found
  end
  return format.types[found or format.fallback]
end

local function dissect_message(tvb, pinfo, root, server_to_client)
  pinfo.cols.protocol = protocol.name
  local tree = root:add(protocol, tvb:range())
  local run = {tvb = tvb, raw = tvb:raw(), used = 0, server_to_client = server_to_client}
  local kind = type_of(run)
  tree:append_text(", " .. kind.name)
  local whole = {at = 0, stop = #run.raw}
  local fits, problem = pcall(function()
    read_body(run, kind.body, whole, tree, 1)
    if whole.at < whole.stop then
      fail(whole.at, (whole.stop - whole.at) .. " bytes follow the last element")
    end
  end)
  if fits then return end
  if type(problem) ~= "table" then error(problem, 0) end
  tree:add_proto_expert_info(does_not_fit, "at byte " .. problem.at .. ": " .. problem.reason)
  add(run, tree, unparsed, run.used, whole.stop - run.used)
end
)lua";
}

}  // namespace troupe
