from tests.handlers.desk import Desk


async def test_an_old_button_or_form_is_answered_politely() -> None:
    desk = Desk()
    for sent in (desk.press("gone", "1"), desk.submit("gone")):
        await sent
        assert desk.said == "Something went wrong. Please try again, or ask your regional library lead."
        assert desk.post.private_to == "member"
