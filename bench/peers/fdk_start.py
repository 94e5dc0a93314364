"""Starts the FDK as its own command does.

fdk 0.1.128 asks asyncio for the current event loop where none is set, which a current uvloop refuses; so one is set
first.
"""

import asyncio

import fdk  # noqa: F401  It installs uvloop's policy, which must come before the loop.
from fdk.scripts.fdk import main

asyncio.set_event_loop(asyncio.new_event_loop())
main()
