variable "name" {}
output "id" { value = var.name }
