"""Which chats somebody may steer on the pages: hosts all of them, guest leads their own and no other."""

from datetime import datetime

from bot.core.chat import may_lead
from bot.core.content import Chat, Content
from bot.core.policy import WHO_MAY, Deed, Role, Roles


def held_on_pages(ref: str, roles: Roles, content: Content, now: datetime) -> frozenset[Role]:
    """The roles of somebody on the pages: those of the settings, and guest lead while they have a chat to lead."""
    guest = {Role.GUEST_LEAD} if any(guest_leads(id_, ref, roles, content, now) for id_ in content.chats) else set()
    return roles.held(ref) | guest


def may_steer(chat_id: str, ref: str, roles: Roles, content: Content, now: datetime) -> bool:
    hosts = frozenset(WHO_MAY[Deed.LEAD_CHAT]) - {Role.GUEST_LEAD}
    return bool(hosts & roles.held(ref)) or guest_leads(chat_id, ref, roles, content, now)


def guest_leads(chat_id: str, ref: str, roles: Roles, content: Content, now: datetime) -> bool:
    """Whether the chat names them as a lead and is near, or the settings do for today and for the chat's day."""
    chat = content.chats.get(chat_id)
    return chat is not None and (may_lead(chat, ref, content, now) or _by_settings(chat, ref, roles, content, now))


def _by_settings(chat: Chat, ref: str, roles: Roles, content: Content, now: datetime) -> bool:
    day, today = chat.day(content.campaign.chat), now.astimezone(content.zone).date()
    return any(
        lead.ref == ref and lead.first <= day <= lead.last and lead.first <= today <= lead.last
        for lead in roles.guest_leads
    )
