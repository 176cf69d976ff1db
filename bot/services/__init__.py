"""What handlers, commands and pages do alike: each in a transaction that its caller has opened."""
