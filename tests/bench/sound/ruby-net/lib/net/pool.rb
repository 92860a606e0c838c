require "set"
require_relative "link"

class Pool
  def initialize
    @links = Set.new
  end

  def join(name)
    @links << Link.new(name).name
    @links.size
  end
end
