"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand."""

CAUTION = 2.00
WEIGHTS = {
    "always": 2.21,
    "to question": 1.50,
    "to answer": 1.69,
    "length": 1.86,
    "i": -0.65,
    "my": -1.41,
    "they": 0.96,
    "asks": -1.50,
    "opens asking": -0.81,
    "numbers": -1.62,
    "minutes": -3.06,
    "in question": 0.54,
    "denies": 0.77,
    "joins": 1.11,
    "points": -0.65,
    "sentences": 0.79,
    "time": -1.02,
    "emoji": -1.10,
    "greets": -1.07,
    "thanks": -1.75,
    "leaves": -2.47,
    "logistics": -1.74,
}
