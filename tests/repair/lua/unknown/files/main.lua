frobnicate("hi")
