function f(a) {
  if (a > 1 {
    return 1;
  }
  console.log("a";
}
