output "text" {
  value = "x"
}
