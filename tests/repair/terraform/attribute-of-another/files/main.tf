resource "terraform_data" "network" {
  input = "a"
}

output "network" {
  value = terraform_data.network.ouput
}
