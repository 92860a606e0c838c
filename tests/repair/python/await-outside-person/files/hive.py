import asyncio


def fly():
    await asyncio.sleep(0)
    return 3


print(fly() + 1)
