for i in xrange(2):
    print(unicode(i))
