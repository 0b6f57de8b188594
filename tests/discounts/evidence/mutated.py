"""``python -m tests.discounts.evidence.mutated SEED COUNT``: damages good files byte by byte and opens each.

One process for all of them, under the limits of one: what would kill a child kills it, and the exit code tells.
Prints how many were taken and how many refused.
"""

import random
import sys
from collections import Counter
from pathlib import Path

from discounts.evidence.inspector.__main__ import inspect, limit
from discounts.evidence.inspector.refused import Refused

SAMPLES = Path(__file__).parent / "samples"
MOST_BYTES, MOST_PAGES = 10 * 1024 * 1024, 40


def main(seed: int, count: int) -> None:
    limit(seconds=120, memory=192 * 1024 * 1024, answer=0)
    rng = random.Random(seed)
    files = [path.read_bytes() for path in sorted(SAMPLES.glob("*.pdf"))]
    came_to: Counter[str] = Counter()
    for _ in range(count):
        try:
            inspect(damaged(rng.choice(files), rng), MOST_BYTES, MOST_PAGES)
            came_to["taken"] += 1
        except Refused as refused:
            came_to[refused.code] += 1
        except MemoryError:
            came_to["too_complicated"] += 1
    sys.stdout.write(" ".join(f"{code}={number}" for code, number in came_to.items()))


def damaged(content: bytes, rng: random.Random) -> bytes:
    """One to eight bytes changed, a piece left out, doubled or moved."""
    changed = bytearray(content)
    match rng.randrange(4):
        case 0:
            for _ in range(rng.randint(1, 8)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
        case 1:
            start = rng.randrange(len(changed))
            del changed[start : start + rng.randint(1, 400)]
        case 2:
            start = rng.randrange(len(changed))
            changed[start:start] = changed[start : start + rng.randint(1, 400)]
        case _:
            start, length = rng.randrange(len(changed)), rng.randint(1, 200)
            piece = changed[start : start + length]
            del changed[start : start + length]
            place = rng.randrange(len(changed))
            changed[place:place] = piece
    return bytes(changed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
