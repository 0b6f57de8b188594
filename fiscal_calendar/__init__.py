"""What the calendar says: fiscal years, bank business days, the dates of a renewal season.

Pure Python: no Django, no database, and nobody here reads the clock.
"""
