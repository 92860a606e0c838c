const voice = { shout: (text) => text.toUpperCase(), whisper: (text) => text.toLowerCase() };

module.exports = Object.assign({}, voice);
