module doubled

go 1.19
