locals {
  a: 1
  b = { c: 2, d = 3 }
  e == 4
}
resource terraform_data x {
}
resource "terraform_data" "y" 
{
}
