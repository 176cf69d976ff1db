"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand.

The first of two is for posts that stand alone, the second for replies. CAUTION is a margin of log-odds."""

CAUTION = {
    "alone": 1.58,
    "reply": 2.64,
}
SHAPE = {
    "always": (-0.96, 2.88),
    "length": (0.88, 1.68),
    "i": (-0.35, -0.03),
    "my": (-1.70, -0.03),
    "they": (1.54, 0.55),
    "you": (-0.47, -0.89),
    "asks": (-2.27, 0.32),
    "opens asking": (-1.70, -0.33),
    "numbers": (-1.35, 0.46),
    "denies": (0.98, 0.34),
    "joins": (1.12, 0.78),
    "points": (-0.61, 0.28),
    "sentences": (0.76, 0.01),
    "time": (-1.12, 0.84),
    "emoji": (-1.76, -0.18),
    "shouts": (-0.70, -0.17),
    "greets": (-1.72, -1.72),
    "thanks": (-2.60, -1.88),
    "leaves": (-3.13, -2.82),
    "logistics": (-2.70, -3.00),
    "late": (-0.91, 0.02),
    "minutes": (-1.82, 0.02),
    "host": (-1.96, 0.59),
    "addressed": (-0.47, 0.03),
    "familiar": (0.67, 0.70),
    "strange": (1.47, 0.61),
    "we": (0.92, -0.28),
    "doing": (-1.27, 0.03),
    "laughs": (-1.39, -0.70),
    "codes": (-1.71, 0.15),
}
PLACE = {
    "asked": (0.00, 0.30),
    "named": (1.49, 0.00),
    "elsewhere": (-3.89, 0.00),
    "late and elsewhere": (5.11, 0.00),
    "question's words": (0.81, 0.30),
    "question's words elsewhere": (1.15, 0.00),
    "opening words": (1.32, 0.00),
    "opening words elsewhere": (1.32, 0.00),
}
