"""The crash laboratory: workers that are killed on purpose, and a ledger that says what became of their posts.

`python -m tests.crashlab --help`; docs/reliability.md explains it.
"""
