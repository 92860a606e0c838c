resource "terraform_data" "web" {
  count = 3
  input = "web"
}

resource "terraform_data" "watch" {
  count = var.watched ? 1 : 0
  input = "watch"
}

resource "terraform_data" "beside" {
  count = 2
  input = "${terraform_data.watch.id}-${count.index}"
}

variable "watched" {
  type    = bool
  default = true
}

output "web" {
  value = terraform_data.web.id
}
