require_relative "lib/jar"

jar = Jar.new
jar.put("pear")
jar.each_long(2) { |t| puts t }
puts jar.kind
