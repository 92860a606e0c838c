module ex

go 1.19
