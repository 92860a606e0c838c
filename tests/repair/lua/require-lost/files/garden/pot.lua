local Pot = {}
Pot.__index = Pot

function Pot.new()
  return setmetatable({ depth = 2, soil = 1 }, Pot)
end

function Pot:fill(n)
  self.soil = self.soil + n
  return self.soil
end

return Pot
