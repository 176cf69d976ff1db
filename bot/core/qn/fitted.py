"""The weights of the signs, written by `python -m benchmarks.fitting.qn`. Do not edit them by hand.

Of a sign the first is that in a post that stands alone, the second in one to somebody. CAUTION is a margin
of log-odds."""

CAUTION = {
    "alone": 1.70,
    "reply": 2.63,
}
SHAPE = {
    "always": (-1.06, 2.91),
    "length": (0.76, 1.70),
    "i": (-0.33, -0.02),
    "my": (-1.78, -0.02),
    "they": (1.58, 0.55),
    "you": (-0.50, -0.87),
    "asks": (-2.25, 0.30),
    "opens asking": (-1.73, -0.33),
    "numbers": (-1.34, 0.46),
    "denies": (1.02, 0.33),
    "joins": (1.10, 0.77),
    "points": (-0.71, 0.28),
    "sentences": (0.74, 0.01),
    "time": (-1.13, 0.86),
    "emoji": (-1.82, -0.18),
    "shouts": (-0.89, -0.18),
    "greets": (-1.87, -1.87),
    "thanks": (-2.64, -1.91),
    "leaves": (-3.14, -2.84),
    "logistics": (-2.85, -3.10),
    "late": (-0.95, 0.02),
    "minutes": (-1.82, 0.03),
    "host": (-1.95, 0.57),
    "addressed": (-0.52, 0.03),
    "familiar": (0.86, 0.62),
    "strange": (1.49, 0.64),
    "we": (0.93, -0.29),
    "doing": (-1.27, 0.03),
    "laughs": (-1.57, -0.67),
    "codes": (-1.76, 0.15),
}
PLACE = {
    "asked": (0.00, 0.30),
    "named": (1.09, 0.00),
    "own": (1.25, 0.00),
    "elsewhere": (-3.78, 0.00),
    "just before": (-0.83, 0.00),
    "late and elsewhere": (5.22, 0.00),
    "question's words": (0.82, 0.30),
    "question's words elsewhere": (1.53, 0.00),
    "answers' words": (0.18, 0.06),
    "answers' words elsewhere": (0.38, 0.00),
    "opening words": (1.63, 0.00),
    "opening words elsewhere": (1.66, 0.00),
    "late and words": (0.18, 0.00),
}
