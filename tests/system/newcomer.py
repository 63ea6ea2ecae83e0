#!/usr/bin/env python3
"""Somebody who has just got the program and has read nothing, under X with a window manager: see tasks.py.

WINDLASS_SHOTS=FOLDER keeps a picture of what a failure looks like.
"""

import tasks
from harness import main


class WithTheMouse(tasks.Mouse, tasks.Newcomer):
    pass


class WithKeysAlone(tasks.Keys, tasks.Newcomer):
    pass


if __name__ == "__main__":
    main()
