module example.com/nope

go 1.19
