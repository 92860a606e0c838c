output "network" {
  value = terraform_data.network.output
}

output "servers" {
  value       = [for server in terraform_data.server : server.output]
  description = "Their names"
}

output "tags" {
  value = local.tags
}
