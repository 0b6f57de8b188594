"""``python -m benchmarks``: measure and print the table, on the servers of DATABASE_URL and REDIS_URL."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.bars import table
from benchmarks.run import PARTS, measure
from benchmarks.scale import FULL, QUICK


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0; with ``--check`` 1 if something falls short."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="The portal against its floors."
    )
    parser.add_argument(
        "--quick", action="store_true", help="a smoke run over little data; its figures mean little"
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is not cleared")
    parser.add_argument("--json", type=Path, help="also write what was measured to this file")
    asked = parser.parse_args(arguments)
    found = measure(QUICK if asked.quick else FULL, asked.only)
    if asked.json:
        asked.json.write_text(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=1))
    print(table(found))
    short = [each for each in found if not each.clears]
    print(f"\n{len(found) - len(short)} of {len(found)} figures clear their bar.")
    for each in short:
        print(f"FALLS SHORT: {each.what} at {each.size}: {each.measured:.2f}, asked for {each.asked}")
    return 1 if asked.check and short else 0


if __name__ == "__main__":
    sys.exit(main())
