function sizes(count) {
  const out = [];
  if (count > 3) {
    out.push('big');
  } else
    out.push('small');
    out.push('tiny');
  }
  return out;
}

console.log(sizes(1).join());
