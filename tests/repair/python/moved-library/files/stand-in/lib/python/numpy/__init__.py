"""Stands in for numpy 2, whose words these are; it takes the place of the real one, which is too large for this test."""
nan = float('nan')


def array(values, dtype=None):
    return [dtype(v) for v in values] if dtype else values


def prod(values):
    out = 1
    for v in values:
        out *= v
    return out


def __getattr__(name):
    if name in ('float', 'int'):
        raise AttributeError(
            f"module 'numpy' has no attribute '{name}'.\n`np.{name}` was a deprecated alias for the builtin `{name}`. "
            f"To avoid this error in existing code, use `{name}` by itself. Doing this will not modify any behavior and is safe.")
    if name == 'NaN':
        raise AttributeError("`np.NaN` was removed in the NumPy 2.0 release. Use `np.nan` instead.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
