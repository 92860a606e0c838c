name = "Grace
print(name)
