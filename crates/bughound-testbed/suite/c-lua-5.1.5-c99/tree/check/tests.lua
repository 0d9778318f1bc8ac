local count, failed = 0, 0

local function ok(condition, name)
  count = count + 1
  if not condition then failed = failed + 1 end
  print((condition and "" or "not ") .. "ok " .. count .. " - " .. name)
end

local file = io.popen("echo one; echo two")
ok(file:read("*l") == "one" and file:read("*l") == "two" and file:read("*l") == nil, "a program's output is read")
file:close()

local name = os.tmpname()
ok(type(name) == "string" and #name > 4, "a name for a temporary file")
local out = assert(io.open(name, "w"))
out:write("a\n", 2, "\n")
out:close()
local lines = {}
for line in io.lines(name) do lines[#lines + 1] = line end
ok(#lines == 2 and lines[2] == "2", "lines of a file")
ok(os.remove(name) and not io.open(name), "a file is removed")

local good, message = pcall(function() error({ code = 7 }) end)
ok(not good and message.code == 7, "an error is caught")
good, message = pcall(function() local x = nil; return x.y end)
ok(not good and message:find("attempt to index local 'x'"), "an error names its variable")

local routine = coroutine.wrap(function(a) local b = coroutine.yield(a + 1); coroutine.yield(b * 2) end)
ok(routine(1) == 2 and routine(5) == 10, "coroutines")
ok(("x=1, y=22"):gsub("(%w+)=(%w+)", "%2=%1") == "1=x, 22=y", "patterns")
ok(string.format("%5.2f|%-4d|%q", 3.14159, 7, 'a"b') == ' 3.14|7   |"a\\"b"', "formats")
local t = { 5, 2, 8, 1 }
table.sort(t)
ok(table.concat(t, " ") == "1 2 5 8", "sorting")
ok(select("#", unpack({ 1, nil, 3 }, 1, 3)) == 3, "unpack")
ok(os.date("!%Y-%m-%d", 86400) == "1970-01-02", "dates")
ok(loadstring("return 1 + 1")() == 2 and not loadstring("return +"), "code is loaded")
ok(tostring(setmetatable({}, { __tostring = function() return "me" end })) == "me", "metatables")
print("1.." .. count)
if failed > 0 then error(failed .. " failed", 0) end
