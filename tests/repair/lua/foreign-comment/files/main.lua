// how many
local bees = {1, 2}
print(#bees)
