variable "a" { 
 default = 1
 default = 2
}
resource "terraform_data" "x" {}
resource "terraform_data" "x" {}
provider "aws" {
 region = var.a
}
