module "net" {
  source = "./net"
  nme = "x"
}
output "v" { value = module.net.idd }
