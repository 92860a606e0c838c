resource "terraform_data" "disk" {
  input = {
    a = 1
}
