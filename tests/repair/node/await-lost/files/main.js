const db = require('./db');

async function main() {
  const rows = db.fetchRows('trees');
  const ids = rows.map((row) => row.id);
  console.log(ids.join(' '));
}

main();
