function totalImpl(list) {
    return list.reduce((a, b) => a + b, 0);
}

module.exports = { total };
