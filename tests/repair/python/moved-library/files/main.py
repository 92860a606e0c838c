import numpy as np
from numpy import product, array
import pandas as pd

# np.float was numpy's name of float
names = {'np.float': np.float, "np.NaN": np.NaN}
print(array(['1', '2'], dtype=np.float), product([2, 3]), names['np.float'])
df = pd.DataFrame({'a': [1], 'b': [2]})
for name, column in df.iteritems():
    print(name, column)
print(df.to_csv(
    line_terminator=';',
))
