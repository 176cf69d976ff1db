"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand.

The first of two is for posts that stand alone, the second for replies. CAUTION is a margin of log-odds."""

CAUTION = {
    "alone": 1.57,
    "reply": 2.60,
}
SHAPE = {
    "always": (-1.05, 2.89),
    "length": (0.79, 1.69),
    "i": (-0.35, -0.02),
    "my": (-1.66, -0.03),
    "they": (1.55, 0.53),
    "you": (-0.44, -0.87),
    "asks": (-2.27, 0.32),
    "opens asking": (-1.69, -0.30),
    "numbers": (-1.37, 0.46),
    "denies": (1.00, 0.34),
    "joins": (1.10, 0.75),
    "points": (-0.60, 0.26),
    "sentences": (0.77, -0.00),
    "time": (-1.11, 0.86),
    "emoji": (-1.72, -0.18),
    "shouts": (-0.75, -0.17),
    "greets": (-2.01, -2.01),
    "thanks": (-2.58, -1.86),
    "leaves": (-3.14, -2.86),
    "logistics": (-2.73, -3.01),
    "late": (-1.23, 0.02),
    "minutes": (-1.81, 0.02),
    "host": (-1.85, 0.59),
    "addressed": (-0.35, 0.03),
    "familiar": (0.73, 0.46),
    "strange": (1.50, 0.70),
    "we": (0.93, -0.30),
    "doing": (-1.28, 0.03),
    "laughs": (-1.40, -0.68),
    "codes": (-1.70, 0.15),
}
PLACE = {
    "asked": (0.00, 0.30),
    "named": (1.27, 0.00),
    "elsewhere": (-4.12, 0.00),
    "late and elsewhere": (2.35, 0.00),
    "late and one before": (3.89, 0.00),
    "question's words": (0.88, 0.33),
    "question's words elsewhere": (1.50, 0.00),
    "opening words": (1.14, 0.00),
    "opening words elsewhere": (1.14, 0.00),
}
