local util = {}

local function shout(text)
	return text:upper() .. "!"
end

locla word = shout("go")
print(word)
return util
