'use strict';

const test = require('node:test');
const assert = require('node:assert');
const parse = require('../lib/parse.js');
const lib = require('../lib');

test('pairs are parsed', function () {
	assert.deepStrictEqual(parse('a=1&b=2'), [['a', '1'], ['b', '2']]);
	assert.deepStrictEqual(lib.names('a=1&b=2'), ['a', 'b']);
});
