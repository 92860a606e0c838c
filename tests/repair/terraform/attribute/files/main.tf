resource "terraform_data" "server" {
  count = 2
  input = "server-${count.index}"
}

output "first" {
  value = terraform_data.server[0].output
}

output "servers" {
  value = [for server in terraform_data.server : server.Output]
}
