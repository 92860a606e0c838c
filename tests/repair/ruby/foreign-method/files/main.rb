require_relative "lib/bell"

bell = Tower::Bell.new("ding")
puts bell.strike
