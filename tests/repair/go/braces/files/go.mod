module example.com/brace

go 1.19
