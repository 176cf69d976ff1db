"""The machine: what carries a campaign's words between its content and its platforms."""
