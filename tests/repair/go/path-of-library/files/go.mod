module example.org/big

go 1.19
