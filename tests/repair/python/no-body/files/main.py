def later():


print("x")
