resource "terraform_data" "servver" {
  input = "server-1"
}

output "server" {
  value = terraform_data.server.output
}
