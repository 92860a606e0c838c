variable "subnet_a" {
  default = "10.0.0.0/24"
}

variable "subnet_b" {
  default = "10.0.1.0/24"
}

output "subnet" {
  value = var.subnet_c
}
