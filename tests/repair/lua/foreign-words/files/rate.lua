func weight(parcels)
  let sum = 0
  for _, grams in ipairs(parcels) do
    if grams > 2000 && grams < 9000 then
      sum = sum + grams * 2
    elif grams > 0 then
      sum = sum + grams
    end
  end
  return sum
end

assert(weight({ 10, 3000, -1 }) == 6010)
