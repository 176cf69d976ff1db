"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 1.30
WEIGHTS = {
    "always": 1.25,
    "greets": -2.08,
    "introduces": -0.83,
    "thanks": -2.80,
    "leaves": -2.88,
    "logistics": -3.06,
    "now": -2.07,
    "doing": -1.96,
    "to all": -2.24,
    "everyday": -1.63,
    "misleads": -3.27,
    "announces": -2.07,
    "in question": 1.17,
    "practice": 0.98,
    "words": 0.10,
    "asks": -1.69,
    "at once": -1.00,
    "long after": -1.00,
    "by host": -1.51,
}
