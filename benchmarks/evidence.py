"""Opening hostile PDFs: how long the checking process takes and how much memory; and pages of evidence as pictures."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from tests.discounts.evidence import hostile

ATTEMPTS = 5
LIMITS = f"{10 * hostile.MEGABYTE}:10:{512 * hostile.MEGABYTE}"
MOST_PAGES = 40


@dataclass(frozen=True)
class Opened:
    """One file: median milliseconds from starting the process to its answer, and its peak of memory in MB."""

    name: str
    milliseconds: float
    megabytes: float


def open_hostile_files() -> list[Opened]:
    """Every hostile file of the tests, ``ATTEMPTS`` times each."""
    return [_opened(name, make()) for name, (make, _) in hostile.FILES.items()]


def _opened(name: str, content: bytes) -> Opened:
    """Measured from a small process: a child's peak begins with that of the process it was forked from."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", WATCH, sys.executable, LIMITS, str(MOST_PAGES), str(ATTEMPTS)],
        input=content,
        stdout=subprocess.PIPE,
        check=True,
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
    )
    seconds, kilobytes = json.loads(done.stdout)
    return Opened(name, median(seconds) * 1000, kilobytes / 1024)


WATCH = """
import json, os, subprocess, sys, time
python, limits, pages, attempts = sys.argv[1:]
content, took = sys.stdin.buffer.read(), []
for _ in range(int(attempts)):
    begun = time.perf_counter()
    command = [python, "-s", "-m", "discounts.evidence.inspector", "inspect", limits, pages]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        child.stdin.write(content[: int(limits.partition(":")[0]) + 1])
        child.stdin.close()
    except BrokenPipeError:
        pass
    child.stdout.read()
    _, _, used = os.wait4(child.pid, 0)
    child.returncode = 0
    took.append(time.perf_counter() - begun)
print(json.dumps([took, used.ru_maxrss]))
"""


def hand_in(*, pages: int) -> list[tuple[str, str]]:
    """Hand in a PDF of ``pages`` and look at each page once, as its owner; their addresses, with the owner's session.
    Called with Django set up."""
    from django.urls import reverse

    from benchmarks.data.visits import session_of
    from discounts.handing_in import hand_in as hand_in_for_real
    from discounts.kinds import Discount
    from discounts.page_images import FULL, page_image
    from discounts.papers import SmeMethod
    from discounts.requirements import checklist_for
    from members.models import User

    owner = User.objects.filter(assignments__isnull=False).earliest("pk")
    evidence = hand_in_for_real(
        establishment=owner.establishments.earliest("pk"),
        discount=Discount.SME,
        evidence=None,
        name="ten.pdf",
        content=_printed(pages),
        checklist=checklist_for(SmeMethod.CAPITAL),
        by=owner,
        now=datetime.now(UTC),
    )
    begun = time.perf_counter()
    for page in range(1, pages + 1):
        page_image(evidence, page=page, width=FULL)
    each = (time.perf_counter() - begun) / pages
    print(f"  rendering a page the first time: {each * 1000:.0f} ms", file=sys.stderr)
    session = session_of(owner)
    return [
        (reverse("evidence_page", args=[evidence.key, page, FULL]), session) for page in range(1, pages + 1)
    ]


def _printed(pages: int) -> bytes:
    """Pages full of text, as a statement has."""
    from weasyprint import HTML

    line = "<tr>" + "<td>売掛金</td><td>12,345,678</td>" * 3 + "</tr>"
    page = f'<h1>決算報告書</h1><table style="page-break-after: always">{line * 40}</table>'
    return HTML(string=page * pages).write_pdf() or b""
