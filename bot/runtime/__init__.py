"""What keeps the bot going: dispatcher, publisher, scheduler, supervisor."""
