const sum = require('./sum.js');

console.log(sum.total([1, 2]), sum.total([]));
