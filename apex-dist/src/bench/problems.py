"""What can go wrong, and how it ends: the exit statuses of compare."""

FAILED = 1  # something did not start, broke, or lost connections
CANNOT = 2  # nothing was measured: a tool is missing, or the command line makes no sense


class Problem(Exception):
    """Ends the comparison with a message for the user."""

    def __init__(self, message, status=FAILED):
        super().__init__(message)
        self.status = status
