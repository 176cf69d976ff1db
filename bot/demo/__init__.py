"""The bot against the emulators: rehearsals, the story, the demo page."""
