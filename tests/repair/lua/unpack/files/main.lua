print((unpack({3})))
