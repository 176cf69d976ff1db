"""What the bot costs and how quick it is, each time beside a baseline that is measured in the same run."""

import bot as bot  # before numpy: it says how many threads numpy may have
