require "minitest/autorun"
require_relative "lib/jar"

class JarTest < Minitest::Test
  def test_summary
    jar = Jar.new
    jar.put(2)
    jar.put(3)
    assert_equal 5, jar.summary
  end
end
