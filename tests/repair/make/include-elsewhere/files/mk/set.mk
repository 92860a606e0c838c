KIND = a
