require 'uri'
require 'bigdecimal'

# URI.escape went with Ruby 3.0
puts URI.escape('a b'), BigDecimal.new('1.5').to_s('F')
