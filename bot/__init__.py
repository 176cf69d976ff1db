"""The machine: what carries a campaign's words between its content and its platforms."""

import os

# Before numpy is loaded. Its threads wait for each other on a busy machine: small products take ten times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
