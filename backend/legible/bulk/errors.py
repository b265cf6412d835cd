"""What ends a run before all is read, in words for the person who began it."""


class BulkError(Exception):
    """What was expected, what came, what to do."""
