'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { shown } = require('./index');

test('a value is shown', function () {
	assert.strictEqual(shown({ a: 1 }), '<{"a":1}>');
});
