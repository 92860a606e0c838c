local pile = require("pile")

print(pile.sum({ 1, 2, 3 }))
