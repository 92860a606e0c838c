'use strict';

var format = require('./format');

module.exports = {
	format: format,
	parse: parse
};
