"""The pages of a chat, as a browser would find them in a folder."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.adapters.pages import chat
from bot.adapters.pages.chat import File, chat_files, linked
from bot.adapters.pages.folder import replace_folder
from bot.core.problems import Problem
from bot.core.record.figures import figures
from bot.core.record.transcript import transcript
from bot.core.record.values import Contribution
from tests.core.record.made import ABOUT, said, sifted

NASTY = '<script>alert(1)</script> & "quoted" https://a.example/?a=1&b=%22'
SAID = (
    said("11", 1, "ann", "Hello"),
    said("12", 6, "bob", NASTY, 1, 2),
    said("13", 7, "cat", "Quite", 1, in_reply_to="12"),
)


class Page(HTMLParser):
    """What of a page a test wants to know: its links, ids and tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.links += [str(found["href"])] if "href" in found else []
        self.ids += [str(found["id"])] if "id" in found else []


def written(folder: Path, *said: Contribution, up: str = "") -> Path:
    kept = sifted(*said)
    replace_folder(folder, chat_files(transcript(ABOUT, kept), figures(ABOUT, kept), up=up))
    return folder


def pages(folder: Path) -> Iterator[tuple[Path, Page]]:
    for path in folder.glob("*.html"):
        yield path, Page(path.read_text(encoding="utf-8"))


def test_what_people_wrote_is_text_and_their_links_are_links(tmp_path: Path) -> None:
    text = (written(tmp_path / "chat", *SAID) / "index.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; <a href=" in text
    page = Page(text)
    assert "script" not in page.tags
    assert "https://a.example/?a=1&b=%22" in page.links


@pytest.mark.parametrize("most", [2_000, 1], ids=["one page", "a page for each question"])
def test_every_link_within_the_folder_leads_somewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(chat, "ON_ONE_PAGE", most)
    monkeypatch.setattr(chat, "ON_A_PAGE", 1)
    folder = written(tmp_path / "chat", *SAID)
    found = dict(pages(folder))
    assert len(found) == (1 if most > 1 else 4)
    for path, page in found.items():
        for link in page.links:
            name, _, place = link.partition("#")
            if "://" not in name:
                assert (folder / name).is_file() if name else place in page.ids, f"{path.name}: {link}"


def test_every_page_has_a_language_a_title_landmarks_and_ids_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "ON_ONE_PAGE", 1)
    for path, page in pages(written(tmp_path / "chat", *SAID)):
        text = path.read_text(encoding="utf-8")
        assert '<html lang="en-GB">' in text
        assert re.search(r"<title>[^<]+</title>\n<style>", text)
        assert (page.tags.count("h1"), page.tags.count("main")) == (1, 1)
        assert len(page.ids) == len(set(page.ids))


def test_a_long_chat_shows_each_post_on_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "ON_ONE_PAGE", 4)
    monkeypatch.setattr(chat, "ON_A_PAGE", 2)
    said_ = [said(str(n), 6 + n / 10, "ann", f"post number {n}", 1) for n in range(5)]
    folder = written(tmp_path / "chat", *said_)
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.html")))
    assert [text.count(f"post number {n}<") for n in range(5)] == [1] * 5
    assert sorted(path.name for path in folder.glob("q*.html")) == ["q1-2.html", "q1-3.html", "q1.html"]


def test_a_chat_of_the_archive_leads_back_to_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "chat", up="../index.html")
    assert "../index.html" in Page((folder / "index.html").read_text()).links


def test_an_address_in_brackets_is_linked_without_them() -> None:
    assert linked("(https://a.example)") == (
        '(<a href="https://a.example" rel="nofollow noopener">https://a.example</a>)'
    )


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, [File("a.html", ["old"]), File("gone/b.html", ["old"])])
    told: list[int] = []
    assert replace_folder(folder, [File("a.html", ["ne", "w"], 3)], told.append) == 1
    assert ((folder / "a.html").read_text(), (folder / "gone").exists(), told) == ("new", False, [3])
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_somebody_else_filled_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(Problem, match="would be lost: nothing was written"):
        replace_folder(tmp_path / "out", [])
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Problem, match="is no folder"):
        replace_folder(tmp_path / "file", [])


def test_what_fails_half_way_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    def failing() -> Iterator[File]:
        yield File("a.html", ["half"])
        raise ZeroDivisionError

    replace_folder(tmp_path / "out", [File("a.html", ["old"])])
    with pytest.raises(ZeroDivisionError):
        replace_folder(tmp_path / "out", failing())
    assert (tmp_path / "out" / "a.html").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Problem, match=r"cannot be written .* Choose another place"):
        replace_folder(tmp_path / "file" / "out", [])
