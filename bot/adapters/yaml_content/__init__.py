"""Content from the YAML files and pictures of a folder: read, checked, and every problem named at once."""

from bot.adapters.yaml_content.editing import add_entry, add_not_for_us, add_phrasing
from bot.adapters.yaml_content.files import stamp
from bot.adapters.yaml_content.library import ContentFolder
from bot.adapters.yaml_content.loading import check, hints, load, load_history
from bot.adapters.yaml_content.problems import ContentProblems, Problem
from bot.adapters.yaml_content.schemas import schemas
from bot.adapters.yaml_content.taking_over import TakenOver, take_over

__all__ = [
    "ContentFolder",
    "ContentProblems",
    "Problem",
    "TakenOver",
    "add_entry",
    "add_not_for_us",
    "add_phrasing",
    "check",
    "hints",
    "load",
    "load_history",
    "schemas",
    "stamp",
    "take_over",
]
