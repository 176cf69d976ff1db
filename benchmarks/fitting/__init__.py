"""Where the matcher's numbers come from. Not part of the bot: these scripts need the benchmark's data beside the
project, and write what the bot reads."""
