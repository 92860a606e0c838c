'use strict';

module.exports = function format(parts) {
	return parts.join('&');
};
