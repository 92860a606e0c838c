class Axis {
  turnX() { return 1; }
  turnY() { return 2; }
}
console.log(new Axis().turnZ());
