"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 1.22
WEIGHTS = {
    "always": -0.54,
    "greets": -2.13,
    "introduces": -1.30,
    "thanks": -2.37,
    "leaves": -3.03,
    "logistics": -1.86,
    "now": -1.08,
    "doing": -1.82,
    "to all": -1.70,
    "everyday": -1.59,
    "misleads": -1.40,
    "announces": -2.09,
    "in question": 0.71,
    "in answers": 0.13,
    "practice": 0.92,
    "words": 1.05,
    "asks": -0.87,
    "at once": -1.00,
    "long after": -1.00,
    "by host": -1.52,
}
