"""A whole season, played against a virtual clock through the verbs that the pages call, and then audited.

``population`` and ``script`` say who the members are and what everyone does, ``expectation`` works out from them alone
what must come of it, ``play`` does it, and ``books`` compares. Everything follows from the seed.
"""
