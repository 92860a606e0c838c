class Shelf:
    def __init__(self):
        self.books = []

    def is_empty(self):
        return not self.books

    def put(self, book):
        self.books.append(book)
