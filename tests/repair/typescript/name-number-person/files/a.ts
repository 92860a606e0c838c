const value1 = 1;
console.log(value2);
