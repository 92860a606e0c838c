module half

go 1.18
