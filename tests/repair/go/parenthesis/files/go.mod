module example.com/paren

go 1.19
