from shelf import Shelf

shelf = Shelf()
if shelf.is_emty():
    print("nothing there")
