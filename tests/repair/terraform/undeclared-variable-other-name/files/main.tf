variable "env_name" {
  type    = string
  default = "dev"
}

output "environment" {
  value = var.enviroment
}
