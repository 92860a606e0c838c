terraform {
  required_version = ">= 0.11"
}

variable "region" { type = "string", default = "eu-west-1" }

variable "zones" {
  type    = "list"
  default = ["a", "b"]
}

variable "tags" {
  type = "map"

  default {
    owner = "web"
  }
}

locals {
  env   = "${terraform.env}"
  names = "${list("a", "b")}"
  both  = "${map("name", "web", "zone", "a")}"
  all   = "${merge(var.tags, map("env", "test"))}"
  "first" = "${element(list("a", "b"), 0)}"
}

resource "terraform_data" "web" {
  count = "${length(var.zones)}"
  input = "${var.region}-${element(var.zones, count.index)}"
}

resource "terraform_data" "watch" {
  count = "${var.region == "" ? 0 : 1}"
  input = "map(a, b) and list(c)"

  lifecycle {
    ignore_changes = ["*"]
  }
}

output "ids" { value = ["${terraform_data.web.*.id}"]
  description = "all of them"
}

output "first" {
  value = "${terraform_data.web.0.id}"
}

# list("a") and terraform.env stand here as words only
output "watch" {
  value = "${terraform_data.watch.id}"
}
