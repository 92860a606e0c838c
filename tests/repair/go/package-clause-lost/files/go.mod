module example.org/hive

go 1.19
