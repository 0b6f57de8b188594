"""One function with Django set up: ``python -m benchmarks.inside module:function '{"name": "value"}'``.

What it returns goes to the standard output as JSON.
"""

import json
import sys
from importlib import import_module

import django


def main(name: str, arguments: str) -> None:
    django.setup()
    module, _, function = name.partition(":")
    json.dump(getattr(import_module(module), function)(**json.loads(arguments)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
