"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 2.03
WEIGHTS = {
    "always": 2.37,
    "to question": 1.41,
    "to answer": 1.62,
    "length": 2.05,
    "i": -1.17,
    "you": -0.21,
    "they": 0.95,
    "asks": -1.48,
    "opens asking": -0.94,
    "numbers": -1.54,
    "minutes": -3.09,
    "in question": 0.51,
    "denies": 0.64,
    "sentences": 0.76,
    "time": -0.87,
    "emoji": -0.84,
    "greets": -1.14,
    "thanks": -1.57,
    "leaves": -2.41,
    "logistics": -1.96,
}
