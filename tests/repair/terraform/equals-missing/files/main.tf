terraform {
  required_version = ">= 1.0"
}

locals {
  prefix = "${var.project}-${var.environment}"
  tags = {
    project     = var.project
    environment = var.environment
  }
}

resource "terraform_data" "network" {
  input = {
    name = "${local.prefix}-network"
    cidr var.cidr
  }
}

resource "terraform_data" "server" {
  count            = var.servers
  input            = format("%s-server-%02d", local.prefix, count.index)
  triggers_replace = [terraform_data.network.id]

  lifecycle {
    create_before_destroy = true
  }
}
