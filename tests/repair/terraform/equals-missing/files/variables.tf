variable "project" {
  type        = string
  description = "The project's short name"
  default     = "heal"
}

variable "environment" {
  type    = string
  default = "test"

  validation {
    condition     = contains(["test", "production"], var.environment)
    error_message = "The environment must be test or production."
  }
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "servers" {
  type    = number
  default = 2
}
