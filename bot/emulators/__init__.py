"""X, Slack and Teams on loopback, for the demo and the tests. Shares no code with the bot."""
