"""Content from the YAML files and pictures of a folder: read, checked, and every problem named at once.

What writes into such a folder is in `editing`, `library` and `taking_over`: most commands only read.
"""

from bot.adapters.yaml_content.files import stamp
from bot.adapters.yaml_content.loading import check, hints, load, load_campaign, load_history
from bot.adapters.yaml_content.problems import ContentProblems, Problem
from bot.adapters.yaml_content.schemas import schemas

__all__ = [
    "ContentProblems",
    "Problem",
    "check",
    "hints",
    "load",
    "load_campaign",
    "load_history",
    "schemas",
    "stamp",
]
