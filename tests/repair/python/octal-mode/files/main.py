import os
os.umask(0022)
print("ok")
