variable "password" {
  type = string
}

output "length" {
  value = length(var.password)
}
