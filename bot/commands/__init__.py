"""What `antiphon …` can do: one module a concern."""
