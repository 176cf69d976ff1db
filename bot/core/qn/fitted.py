"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 1.83
WEIGHTS = {
    "always": 2.20,
    "to question": 1.57,
    "to answer": 2.17,
    "length": 1.75,
    "i": -1.37,
    "you": -0.13,
    "they": 1.01,
    "asks": -1.50,
    "opens asking": -0.75,
    "numbers": -2.09,
    "minutes": -3.00,
    "in question": 0.76,
    "denies": 0.62,
    "sentences": 0.74,
    "time": -1.12,
    "emoji": -0.76,
    "greets": -1.05,
    "thanks": -1.59,
    "leaves": -2.29,
    "logistics": -1.90,
}
