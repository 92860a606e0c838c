function walk(stop, step) {
  let n = 0;
  while (n < stop) n += stp;
  return n;
}
console.log(walk(10, 2));
