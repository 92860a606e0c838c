class Jar
  def initialize
    @things = []
  end

  def put(thing)
    unless thing
      raise ArgumentError, "nothing"
    end
    @things << thing
  end

  def each_long(n)
    @things.each do |t|
      yield t if t.size > n
    end
  end

  def kind
    if @things.size > 9
      "full"
    elsif @things.size > 0
      "some"
    else
      "none"
    end
  end
end
