require "set"
require_relative "link"

class Pool
  def initialize
    @links = Set.new
  end

  def join(name)
    @links << Chain.new(name).name
    @links.size
  end
end
