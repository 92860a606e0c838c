'use strict';

const parse = require('./parse');

exports.names = function names(text) {
	return parse(text).map(function (pair) {
		return pair[0];
	});
};
