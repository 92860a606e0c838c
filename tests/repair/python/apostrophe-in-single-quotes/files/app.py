def refuse(name):
    print('We can't find %s' % name)


print('ready')
