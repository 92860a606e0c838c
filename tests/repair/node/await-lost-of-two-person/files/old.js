function fetchRows() {
  return {};
}

module.exports = { fetchRows };
