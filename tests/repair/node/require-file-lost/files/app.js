const fs = require('fs');

console.log(prices.total([1, 2]), fs.constants.R_OK);
