terraform {
  backend "local" { path = "st/terraform.tfstate" }
}
