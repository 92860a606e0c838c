'use strict';

function greet(name) {
  return `hello ${name}`;
>>>>>>> a1b2c3d (say hello)
}

console.log(greet('you'));
