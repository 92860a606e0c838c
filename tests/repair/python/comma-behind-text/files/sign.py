def sign(
    value: str,
    salt: bytes = b"signer"
    sep: str = ".",
):
    return value + sep + salt.decode()


print(sign("x"))
