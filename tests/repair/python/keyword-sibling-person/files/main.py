def scale(*, width_x=1, width_y=2):
    return width_x - width_y


print(scale(width_z=5))
