local function f(x)
  if x then
    return 1
  return 2
end

print(f(false))
