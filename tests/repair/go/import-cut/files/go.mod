module greet

go 1.20
