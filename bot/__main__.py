"""`python -m bot` is `antiphon`."""

from bot.cli import main

main()
