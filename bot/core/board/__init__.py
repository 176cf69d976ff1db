"""The result of a round of feedback: a box for each prompt, its points as bullets."""
