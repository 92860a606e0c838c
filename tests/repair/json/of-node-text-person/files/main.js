const fs = require('fs');

const units = JSON.parse(fs.readFileSync('units.json', 'utf8'));
console.log(units.unit, JSON.parse('{"a": 1 "b": 2}'.replace('a', units.unit)));
