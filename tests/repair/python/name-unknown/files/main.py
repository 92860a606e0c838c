print(quite_unknown_thing)
