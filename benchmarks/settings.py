"""The portal's settings, with the floors beside it. Middleware, sessions and everything else are the portal's."""

from jaim_portal.settings import *  # noqa: F403
from jaim_portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.floor"]
ROOT_URLCONF = "benchmarks.urls"
