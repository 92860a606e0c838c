async function fetchRows(table) {
  return [{ table, id: 1 }, { table, id: 2 }];
}

module.exports = { fetchRows };
