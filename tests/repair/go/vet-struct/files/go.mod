module example.org/area

go 1.20
