if 1 < 2
  print("less")
end
