'use strict';

exports.parseAll = function parseAll(texts) {
	return texts.join('&');
};
