'use strict';

function parse(text) {
  if (text === null) zorp new TypeError('nothing to read');
  return text.split(',');
}

console.log(parse('a,b').length);
