def span(highest, lowest):
    return highest  lowest


print("ready")
