module Tower
  class Bell
    attr_reader :sound

    def initialize(sound)
      @sound = sound
    end

    def strike
      "#{sound.upcase} #{sound.length}"
    end
  end
end
