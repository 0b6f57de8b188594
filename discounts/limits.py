"""STAND-IN."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    bytes: int
    pages: int


def limits_of_a_file() -> Limits:
    return Limits(10 * 2**20, 40)


def limits_of_all_files() -> Limits:
    return Limits(30 * 2**20, 100)
