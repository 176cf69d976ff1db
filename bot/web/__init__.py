"""The bot's HTTP side: one ASGI application."""
