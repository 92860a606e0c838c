local Pot = require("garden.pot")
local words = require("words")

local p = Pot.new()
print(p:fill(3) .. words.mark)
