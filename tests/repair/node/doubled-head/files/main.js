function parse(text) {
  if (!text) {
  if (!text) {
    throw new Error('empty');
  }
  return text.length;
}

console.log(parse('abc'));
