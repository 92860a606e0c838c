module example.com/comma

go 1.19
