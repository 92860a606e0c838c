module g

go 1.19
