require 'lib/bee'

puts bee
