const bees = 3;
console.log(`${bees bees`);
