flag = true
print(flag)
