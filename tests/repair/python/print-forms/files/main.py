import sys
for i in range(2):
    print i,
print
print "a %s" % "b"; print("plain")
if True: print "short"
print >>sys.stderr, "oops"
print "x", (1 + 2) * 3  # sum
