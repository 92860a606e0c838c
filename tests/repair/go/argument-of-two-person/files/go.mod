module example.org/pay

go 1.18
