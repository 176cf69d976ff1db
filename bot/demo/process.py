"""Starting the emulators. Imports nothing heavy, so that they start while the bot's own parts are imported."""

import subprocess
import sys

Process = subprocess.Popen[str]


def start_emulators() -> Process:
    """The emulators in a process of their own, which ends when its standard input closes or we die.

    Ctrl+C is for us alone: the bot still has to say goodbye to the platforms.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "bot.emulators"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
