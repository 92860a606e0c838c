module example.com/web

go 1.17

require example.com/lib/v2 v2.0.0

replace example.com/lib/v2 => ./lib
