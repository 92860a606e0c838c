"""What Python 3.9 to 3.11 took away."""
import array
import json
import os
import threading
import xml.etree.ElementTree as tree
from fractions import Fraction, gcd  # both

done = threading.Thread(target=print)
done.start()
done.join()
try:
    open('nowhere')
except OSError as e:
    print(e.errno == os.errno.ENOENT)
print(gcd(4, 6), Fraction(1, 2), done.isAlive())
print(json.loads('[1]', encoding='utf-8'), array.array('b', [65]).tostring())
print([e.tag for e in tree.fromstring("<a><b/></a>").getiterator("b")])
