from dataclasses import replace

import pytest

from bot.core.bodies import File, Text
from bot.core.content import Content
from bot.core.events import Platform
from bot.core.signature import Signature
from tests.handlers.desk import Desk
from tests.handlers.test_person import with_people
from tests.samples import sample_content

SOCIAL = pytest.mark.parametrize("platform", [Platform.SLACK, Platform.TEAMS])


def with_signature(content: Content | None = None, **changed: object) -> Content:
    """Content whose entry on the logo has something to offer."""
    content = content or sample_content()
    campaign = content.campaign.model_copy(update={"signature": Signature(line="Ask your librarian.")})
    faq = [entry.model_copy(update=changed) if entry.id == "logo" else entry for entry in content.faq]
    return replace(content, campaign=campaign, faq=tuple(faq))


@SOCIAL
async def test_the_signature_is_given_as_text_and_as_a_file_for_the_one_who_asked(platform: Platform) -> None:
    desk = Desk(platform, with_signature())
    text, file = await desk.mention("signature")
    assert isinstance(text.body, Text)
    assert isinstance(file.body, File)
    assert "Ask your librarian.\n#AMillionDecisions" in text.body.text
    assert text.private_to == "member"
    assert (file.body.name, file.place.channel, file.place.direct) == ("signature.html", "member", True)


async def test_the_answer_about_signatures_has_a_button_for_it() -> None:
    desk = Desk(content=with_signature(offers="signature"))
    await desk.mention("May I use the campaign logo?")
    button = desk.text.buttons[-1]
    assert button.label == "Give me the signature"
    assert len(await desk.press(button.action, button.value)) == 2


async def test_without_a_signature_there_is_no_button_and_an_old_one_says_so() -> None:
    content = replace(with_signature(offers="signature"), campaign=sample_content().campaign)
    desk = Desk(content=content)
    await desk.mention("May I use the campaign logo?")
    assert "signature" not in {button.action for button in desk.text.buttons}
    await desk.press("signature", "logo")
    assert desk.said.startswith("Something went wrong")


async def test_who_asks_for_a_person_gets_the_way_to_one() -> None:
    desk = Desk(content=with_signature(with_people(), offers="person"))
    await desk.mention("May I use the campaign logo?")
    assert desk.text.buttons[-1].label == "Ask a person"


async def test_x_gives_no_files() -> None:
    desk = Desk(Platform.X, with_signature())
    posts = await desk.mention("signature")
    assert all(isinstance(post.body, Text) for post in posts)
