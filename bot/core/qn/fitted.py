"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 3.20
WEIGHTS = {
    "always": 1.05,
    "greets": -2.25,
    "introduces": -0.67,
    "thanks": -2.82,
    "leaves": -3.23,
    "logistics": -2.86,
    "now": -2.24,
    "doing": -2.77,
    "to all": -2.20,
    "everyday": -1.52,
    "misleads": -3.26,
    "announces": -2.04,
    "in question": 1.09,
    "practice": 1.01,
    "words": 0.29,
    "asks": -2.02,
    "sells": -2.44,
    "at once": -1.00,
    "long after": -1.00,
    "by host": -1.51,
}
