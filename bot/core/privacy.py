"""What is kept about people, for how long, and what stands for somebody who is not to be named."""

import hashlib
import hmac
from collections.abc import Mapping
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
STOPPED = "stopped"
"""The head of the ledger's names of who wants to hear no more."""
TALKS_KEPT = timedelta(days=8)
"""Where a conversation stands: which answer the next question may lean on, where a form was asked for."""
LEDGER_KEPT: Mapping[str, timedelta | None] = {
    "region": AUTHORS_KEPT,
    "welcome": AUTHORS_KEPT,
    "faq": TALKS_KEPT,
    "asking": TALKS_KEPT,
    "picked by": None,
    "said": None,
    "rated": None,
    "calm": None,
}
"""The heads of what the ledger has of people under a pseudonym, and how long after it was last of use. None: as long as
the questions are kept, or as what was picked stands in other rooms."""
TAKEN_BACK = "taken back"
"""The head of the ledger's names of feedback that its author deleted, to delete it from a restored backup too. Dated as
the feedback is: what was kept later under the same key was chosen anew, and it ends when the feedback would have."""
LAST_NUMBER_NOTE = "feedback numbered to"
"""The highest number of deleted feedback: numbers stand on receipts, and are never given twice."""


def taken_back_note(key: str) -> str:
    """Of a piece of feedback, by a digest of its key, which may have an id in it."""
    return f"{TAKEN_BACK}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def pseudonym(key: str, ref: str) -> str:
    """What stands for a person by their ref: always the same under one key, and not to be guessed without it."""
    return f"person-{hmac.new(key.encode(), ref.encode(), hashlib.sha256).hexdigest()[:24]}"
