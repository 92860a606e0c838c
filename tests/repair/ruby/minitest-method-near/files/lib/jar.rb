class Jar
  def initialize
    @coins = []
  end

  def put(coin)
    @coins << coin
  end

  def summary
    coin_sum(@coins)
  end

  def coins_sum(list)
    list.sum
  end
end
