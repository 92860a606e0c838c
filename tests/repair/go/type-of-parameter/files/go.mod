module example.org/join

go 1.18
