const { names } = require('./names');

async function main() {
  console.log((await names()).join(' '));
}

main();
