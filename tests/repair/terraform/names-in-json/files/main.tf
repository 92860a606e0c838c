variable "zone" {
  default = "north"
}

resource "terraform_data" "disk" {
  imput = var.zon
}

output "disk" {
  value = terraform_data.dsk.id
}

output "loud" {
  value = upperr(vars.zone)
}
