"""Which chats somebody may steer on the pages: hosts all of them, guest leads their own and no other."""

from datetime import datetime

from bot.core.chat import may_lead
from bot.core.content import Content
from bot.core.policy import WHO_MAY, Deed, Role, Roles


def held_on_pages(ref: str, roles: Roles, content: Content, now: datetime) -> frozenset[Role]:
    """The roles of somebody on the pages: those of the settings, and guest lead while they have a chat to lead."""
    guest = {Role.GUEST_LEAD} if any(may_lead(chat, ref, content, now) for chat in content.chats.values()) else set()
    return roles.held(ref) | guest


def may_steer(chat_id: str, ref: str, roles: Roles, content: Content, now: datetime) -> bool:
    hosts = frozenset(WHO_MAY[Deed.LEAD_CHAT]) - {Role.GUEST_LEAD}
    chat = content.chats.get(chat_id)
    return bool(hosts & roles.held(ref)) or (chat is not None and may_lead(chat, ref, content, now))
