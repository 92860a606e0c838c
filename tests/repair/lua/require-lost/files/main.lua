local Pot = require("garden.pot")

local p = Pot.new()
print(p:fill(3) .. words.mark)
