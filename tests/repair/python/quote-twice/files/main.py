def script():
    return ('lib', '_in_process.py'')


print(script())
