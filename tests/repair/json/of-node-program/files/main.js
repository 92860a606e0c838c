const fs = require('fs');
const path = require('path');

const read = (name) => JSON.parse(fs.readFileSync(path.join(__dirname, 'data', name), 'utf8'));
const tallest = read('trees.json').trees.sort((a, b) => b.height - a.height)[0];
console.log(tallest.name, tallest.height);
