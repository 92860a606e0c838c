function f() {
  if (1) {
    return 1;
}
f();
