'use strict';

const test = require('node:test');
const assert = require('node:assert');
const lib = require('../lib');

test('it is parsed and written', function () {
	assert.strictEqual(lib.format(lib.parse('a&b')), 'a&b');
});
