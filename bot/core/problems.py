"""What we say when something outside the program is wrong."""


class Problem(Exception):
    """Its text is for the person at the keyboard: what happened, what it means, what to do. No secrets in it."""
