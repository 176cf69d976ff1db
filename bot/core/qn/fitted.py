"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 1.20
WEIGHTS = {
    "always": 1.24,
    "greets": -2.13,
    "introduces": -1.15,
    "thanks": -2.61,
    "leaves": -3.11,
    "logistics": -2.89,
    "now": -1.76,
    "doing": -1.67,
    "to all": -2.19,
    "everyday": -1.67,
    "misleads": -2.95,
    "announces": -2.08,
    "in question": 1.19,
    "practice": 0.85,
    "words": 0.43,
    "asks": -1.51,
    "at once": -1.00,
    "long after": -1.00,
    "by host": -1.51,
}
