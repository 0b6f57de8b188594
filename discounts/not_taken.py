"""STAND-IN."""


class NotTaken(Exception):
    pass
