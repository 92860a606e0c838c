locals {
  l = hello
  m = "abc
}
