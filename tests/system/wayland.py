#!/usr/bin/env python3
"""The tasks of a newcomer (tasks.py) on Wayland, where windows, keys and the mouse are other ones: under sway.

WINDLASS_SHOTS=FOLDER keeps a picture of what a failure looks like.
"""

import tasks
from harness import main
from sway import Sway


class WithTheMouse(tasks.Mouse, tasks.Newcomer):
    screen = Sway


class WithKeysAlone(tasks.Keys, tasks.Newcomer):
    screen = Sway


if __name__ == "__main__":
    main()
