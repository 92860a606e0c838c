require_relative "pool"

puts Pool.new.join("a")
