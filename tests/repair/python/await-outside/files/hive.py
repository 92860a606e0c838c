import asyncio


def fly():
    await asyncio.sleep(0)
    return 3


async def main():
    print(await fly())


asyncio.run(main())
