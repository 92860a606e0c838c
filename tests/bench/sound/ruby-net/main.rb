require_relative "lib/net/pool"

puts Pool.new.join("a")
