"""For those who come late: where the chat is, or when the next one is."""

from datetime import datetime, timedelta

from bot.core.chat import following
from bot.core.content import Content
from bot.core.dates import when_words
from bot.core.events import Platform
from bot.core.lines import fitted
from bot.core.live import Sheet, number_of, words_of
from bot.core.wording import Wording

_NAME = 17
"""X puts the name of the asker before an answer: at most fifteen letters, with @ and a space."""


def asks_where(text: str, content: Content) -> bool:
    """Whether a message is one of the phrases for it; hashtags do not count."""
    said = " ".join(word for word in text.split() if not word.startswith("#")).strip(" ?!.").casefold()
    return said in {phrase.casefold() for phrase in content.campaign.commands.where}


def where(sheet: Sheet | None, content: Content, now: datetime, platform: Platform) -> str:
    """The answer, as long as the platform lets it be. `sheet` is the present chat, or the next one."""
    wording, fields = _answer(sheet, content, now)
    shorten = [name for name in ("text", "topic", "lead") if name in fields]
    return fitted(wording, platform, fields, shorten, room=_NAME if platform is Platform.X else 0)


def _answer(sheet: Sheet | None, content: Content, now: datetime) -> tuple[Wording, dict[str, object]]:
    words, fields = content.messages, {"hashtag": content.campaign.chat_hashtag}
    chat = content.chats.get(sheet.chat_id) if sheet else None
    if sheet is None or chat is None:
        return words.where_regular, {**fields, "next": when_words(following(content, now), content.zone)}
    fields |= {"topic": chat.topic, "lead": chat.lead or chat.host}
    if now < sheet.start:
        return words.where_next, {**fields, "next": when_words(sheet.start, content.zone)}
    left = _left(sheet.end - now)
    running = sheet.running(now)
    if running is None:
        return words.where_begun, {**fields, "left": left}
    number = number_of(running)
    return words.where_now, {
        **fields, "left": left, "number": number, "text": words_of(running), "list": _so_far(sheet, now),
    }  # fmt: skip


def _so_far(sheet: Sheet, now: datetime) -> str:
    """The questions that were put, each once, in the order in which they were first put."""
    first = {number_of(entry): words_of(entry) for entry in reversed(sheet.put(now))}
    return "\n".join(f"Q{number}. {text}" for number, text in reversed(first.items()))


def _left(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    if minutes < 1:
        return "It ends any moment"
    return f"{minutes} {'minute is' if minutes == 1 else 'minutes are'} left"
