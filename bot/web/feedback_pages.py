"""The pages of the feedback form, as HTML: headings, labels and errors in words, readable at 320 px and by keyboard."""

from collections.abc import Mapping, Sequence
from html import escape

from bot.core.content import Content
from bot.core.events import Platform

_WORDED = Platform.TEAMS
"""Sentences are worded as where there are no slash commands."""
_STYLE = """
body{font:1.1875rem/1.5 Arial,sans-serif;color:#212b32;background:#fff;margin:0 auto;max-width:40rem;padding:1rem}
label,legend{font-weight:bold;display:block;margin-top:1.5rem}
.hint{color:#4c6272;display:block;font-weight:normal}
fieldset{border:0;margin:0;padding:0}
fieldset label{font-weight:normal;margin-top:.5rem}
textarea,select,input[type=text],input[type=email]{border:2px solid #4c6272;box-sizing:border-box;font:inherit;
padding:.5rem;width:100%}
button{background:#00703c;border:0;color:#fff;font:inherit;font-weight:bold;margin:1.5rem 1rem 0 0;
min-height:2.75rem;padding:.5rem 1rem}
.second{background:#4c6272}
:focus{outline:3px solid #ffb81c;outline-offset:2px}
.error{border-left:4px solid #b10e1e;padding-left:1rem}
.website{left:-9999px;position:absolute}
""".strip()
_QUOTES = (("no", "No"), ("unnamed", "Yes, without my name"))
"""Not with a name: the form asks for none."""


def form_page(
    content: Content, values: Mapping[str, str], error: str = "", *, prompts: Sequence[tuple[str, str]] = ()
) -> str:
    """`prompts` are those of open rounds, each with what the form sends for it."""
    messages = content.messages
    told = (
        f'<div class="error" role="alert"><h2>There is a problem</h2><p><a href="#text">{escape(error)}</a></p></div>'
    )
    hint = messages.feedback_hint.on(_WORDED)
    body = f"""{told if error else ""}
<p>{escape(messages.feedback_intro.on(_WORDED))}</p>
<form method="post" action="/feedback" novalidate>
{_hidden("token", values)}
{_prompts(prompts, values) if prompts else ""}
<label for="text">Your feedback <span class="hint" id="text-hint">{escape(hint)}</span></label>
<textarea id="text" name="text" rows="8" required aria-describedby="text-hint"{' aria-invalid="true"' if error else ""}>
{escape(values.get("text", ""))}</textarea>
{_quotes(values)}
{_line("region", "Your region or nation (optional)", values)}
{_line("role", "Your role (optional)", values, "For example librarian, student or nurse.")}
{_line("contact", "Your e-mail, if you would like an answer (optional)", values, kind="email", auto="email")}
<div class="website" aria-hidden="true"><label for="website">Leave this empty</label>
<input type="text" id="website" name="website" tabindex="-1" autocomplete="off"></div>
<button type="submit">Send</button>
</form>"""
    return _page(content, "Give feedback", body, error=bool(error))


def asked_again(content: Content, values: Mapping[str, str], found: str) -> str:
    """Before anything is kept: with or without what is personal in it?"""
    hidden = "".join(
        _hidden(name, values) for name in ("token", "answers", "text", "may_quote", "region", "role", "contact")
    )
    body = f"""<div role="alert"><p>There seems to be {escape(found)} in your words. Nothing is kept yet.</p></div>
<blockquote><p>{escape(values.get("text", ""))}</p></blockquote>
<form method="post" action="/feedback">{hidden}
<button type="submit" name="personal" value="remove">Send without it</button>
<button type="submit" name="personal" value="keep" class="second">Send it as it is</button>
</form>"""
    return _page(content, "Is this personal?", body)


def kept_page(content: Content, number: int, link: str) -> str:
    """`number` 0 is for machines that filled in what people do not see: it looks the same, and nothing was kept."""
    mine = f'<p>You can <a href="{escape(link)}">delete your feedback</a>. Keep this link: nobody else has it.</p>'
    return _page(
        content,
        "Thank you",
        f"<p>The organisers can now read your feedback. Its number is <strong>{number}</strong>.</p>{mine}",
    )


def delete_page(content: Content, number: int, path: str) -> str:
    body = f'<p>It cannot be undone.</p><form method="post" action="{escape(path)}"><button>Delete it</button></form>'
    return _page(content, f"Delete feedback {number}?", body)


def deleted_page(content: Content, number: int, gone: bool) -> str:
    if gone:
        return _page(content, "Deleted", f"<p>Feedback {number} is deleted. The organisers can no longer read it.</p>")
    help_ = f"<p>It may be deleted already, or the link is not whole. {escape(content.campaign.contact)} can help.</p>"
    return _page(content, "There is no such feedback", help_)


def sorry_page(content: Content, words: str) -> str:
    return _page(content, "Your feedback was not kept", f"<p>{escape(words)}</p>")


def _line(
    name: str, label: str, values: Mapping[str, str], hint: str = "", kind: str = "text", auto: str = "off"
) -> str:
    told = f' <span class="hint" id="{name}-hint">{escape(hint)}</span>' if hint else ""
    described = f' aria-describedby="{name}-hint"' if hint else ""
    value = escape(values.get(name, ""))
    return (
        f'<label for="{name}">{escape(label)}{told}</label><input type="{kind}" id="{name}" name="{name}" '
        f'value="{value}" maxlength="200" autocomplete="{auto}"{described}>'
    )


def _prompts(prompts: Sequence[tuple[str, str]], values: Mapping[str, str]) -> str:
    chosen = values.get("answers", "")
    choices = [
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(prompt)}</option>'
        for value, prompt in (("", "Something else"), *prompts)
    ]
    label = '<label for="answers">What is it about?</label>'
    return f'{label}<select id="answers" name="answers">{"".join(choices)}</select>'


def _quotes(values: Mapping[str, str]) -> str:
    chosen = values.get("may_quote", "no")
    choices = []
    for value, label in _QUOTES:
        checked = " checked" if value == chosen else ""
        choices.append(f'<label><input type="radio" name="may_quote" value="{value}"{checked}> {label}</label>')
    return f"<fieldset><legend>May we quote you?</legend>{''.join(choices)}</fieldset>"


def _hidden(name: str, values: Mapping[str, str]) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(values.get(name, ""))}">'


def _page(content: Content, title: str, body: str, *, error: bool = False) -> str:
    campaign = escape(content.campaign.name)
    return f"""<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{"Error: " if error else ""}{escape(title)} - {campaign}</title><style>{_STYLE}</style></head>
<body><header><p>{campaign}</p></header><main><h1>{escape(title)}</h1>
{body}</main></body>
</html>
"""
