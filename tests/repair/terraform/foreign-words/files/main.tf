variable "zones" {
  type    = list(str)
  default = ["a", "b"]
}

variable "note" {
  type    = string
  default = None
}

resource "terraform_data" "subnet" {
  for_each = var.zones
  input    = cidr_subnet("10.0.0.0/16", 8, index(var.zones, each.key))

  lifecycle = {
    precondition {
      condition     = length(var.zones) > 1
      error_message = "Two zones at least."
    }
  }
}

resource "terraform_data" "note" {
  input = var.note

  lifecyle {
    create_before_destroy = true
  }
}

module "tag" {
  source = "./module/tag"
}
