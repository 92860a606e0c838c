module rate

go 1.18
