async function load() {
  return { owner: 'ann', lines: [1] };
}

export async function summary() {
  const cart = load();
  return `${cart.owner}: ${cart.lines.length}`;
}
