class Connection(_Connection):
    """A connection with a limit."""

    limit = 3


print(Connection.limit)
