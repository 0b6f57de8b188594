"""Celery workers that have done their imports: ``python workers.py QUEUE [CHANGE…]``.

Prints ``loaded``. For every line on stdin it becomes, in a child, ``celery -A jaim_portal worker``; when that is
gone, it waits for the next line. Prints ``started PID``, ``begin TASK`` and ``end TASK`` around every task, ``gone``.
CHANGE names a function of ``changes.py``: what a negative control takes out.
"""

import os
import sys

import django

from jaim_portal.celery import app

django.setup()
app.loader.import_default_modules()

from celery.signals import task_postrun, task_prerun  # noqa: E402

from tests.crash import changes  # noqa: E402


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # Celery takes sys.stdout for its log


@task_prerun.connect(weak=False)
def begin(task: object = None, **_: object) -> None:
    tell("begin", getattr(task, "name", ""))


@task_postrun.connect(weak=False)
def end(task: object = None, **_: object) -> None:
    tell("end", getattr(task, "name", ""))


queue, *named = sys.argv[1:]
for name in named:
    getattr(changes, name)()
tell("loaded")
while sys.stdin.readline():
    pid = os.fork()
    if not pid:
        options = ["--pool", "solo", "--queues", queue, "--loglevel", "WARNING"]
        app.worker_main(
            ["--quiet", "worker", *options, "--without-gossip", "--without-mingle", "--without-heartbeat"]
        )
        sys.exit()
    tell("started", pid)
    os.waitpid(pid, 0)
    tell("gone")
