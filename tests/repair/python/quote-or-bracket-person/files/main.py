def local(server):
    return server.startswith("Engine/[)


print("ready")
