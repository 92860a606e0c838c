import asyncio


@asyncio.coroutine
def wait():
    yield from asyncio.sleep(0)


asyncio.new_event_loop().run_until_complete(wait())
