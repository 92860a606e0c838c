async function load() {
  return ['b', 'a'];
}

function names() {
  const all = await load();
  return all.sort();
}

module.exports = { names };
