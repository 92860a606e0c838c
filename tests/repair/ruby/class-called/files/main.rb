require_relative "lib/bell"

bell = Tower::Bell("ding")
puts bell.strike
