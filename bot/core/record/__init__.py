"""The record of a chat: who said what to which question, what it came to, and what is taken from it."""
