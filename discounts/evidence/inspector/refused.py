"""How the program says no."""


class Refused(Exception):
    """``code`` is a value of ``discounts.evidence.refusals.Refusal``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
