module example.com/imp

go 1.19
