locals {
  l = hello
  m = main-network
  n = Main network
}
