module example.org/parse

go 1.19
