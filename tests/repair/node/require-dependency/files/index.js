'use strict';

var util = require('node:util');

exports.shown = function shown(value) {
	return util.format('<%s>', columns.of(value));
};
