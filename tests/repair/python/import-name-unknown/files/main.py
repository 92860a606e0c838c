from shapes import volume

print(volume(3))
