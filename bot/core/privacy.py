"""What is kept about people, for how long, and what stands for somebody who is not to be named."""

import hashlib
import hmac
from datetime import timedelta

AUTHORS_KEPT = timedelta(days=365)
"""Who gave feedback, and their contact: long enough to answer, and to say what came of it."""
FEEDBACK_KEPT = timedelta(days=3 * 365)
"""The words themselves. The campaign is looked back on by the year; after three nobody acts on them."""
PRIVATE_POSTS_KEPT = timedelta(days=90)
"""What the bot sent to one person alone: receipts, forms, moderators' files."""

KEY_NOTE = "pseudonym key"
"""Where the key of the pseudonyms is kept in the ledger, and so in every backup."""
OTHER_KEYS_NOTE = "pseudonym keys of others"
"""The keys of other databases under which people stand in the list of who was erased."""
STOPPED = "stopped:"
"""How the ledger's names of who wants to hear no more begin."""
LAST_NUMBER_NOTE = "feedback numbered to"
"""The highest number of deleted feedback: numbers stand on receipts, and are never given twice."""


def pseudonym(key: str, ref: str) -> str:
    """What stands for a person by their ref: always the same under one key, and not to be guessed without it."""
    return f"person-{hmac.new(key.encode(), ref.encode(), hashlib.sha256).hexdigest()[:24]}"
