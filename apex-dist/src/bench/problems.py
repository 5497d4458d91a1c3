"""Errors and the exit statuses of compare."""

FAILED = 1  # a process did not start or failed, or connections were lost
CANNOT = 2  # nothing was measured: a tool is missing, or the arguments are invalid


class Problem(Exception):
    """An error that ends the comparison with a message for the user."""

    def __init__(self, message, status=FAILED):
        super().__init__(message)
        self.status = status
