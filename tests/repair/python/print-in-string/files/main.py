"""Old habits:

    print "hello"
"""
print "hello"
