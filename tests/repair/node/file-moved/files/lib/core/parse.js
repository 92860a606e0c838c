'use strict';

module.exports = function parse(text) {
	return text.split('&').map(function (pair) {
		return pair.split('=');
	});
};
