class Cart {
  total() {
    return 3;
  }
}
