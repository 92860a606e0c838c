let n = 0;
for (const part of ['a', '__proto__', 'b']) {
  if (part === '__proto__') {{
    continue
  }
  n += part.length;
}
console.log(n);
