require "yaml"

puts YAML.load_file("etc/garden.yml")["beds"].size
