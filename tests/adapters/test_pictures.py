"""Uploaded pictures on their way out."""

import asyncio
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.adapters.pictures import Pictures, WithPictures, pictures_of
from bot.core.bodies import Media, Text
from bot.core.events import Place, Platform
from bot.core.outbox import new_post
from bot.core.pictures import without_trail
from bot.core.pieces import Picture
from tests.core.test_pictures import TRAIL, jpeg
from tests.fakes import FakeDatabase, RecordingClient, at_once
from tests.runtime.support import NOW

PATH = "cards/uploaded/a.png"
POST = new_post("card:a:slack", Place(Platform.SLACK), Text("Ask", (Media(PATH, "A sign"),)), NOW)


async def test_a_picture_is_where_the_client_reads_it_before_the_post_leaves(tmp_path: Path) -> None:
    database, client = FakeDatabase(), RecordingClient()
    async with database.transaction() as tx:
        await tx.pieces.keep_picture(Picture(path=PATH, data=b"picture", at=NOW))
    carried = WithPictures(client, Pictures(database, tmp_path))
    await carried.deliver(POST, at_once)
    assert (tmp_path / PATH).read_bytes() == b"picture"
    (tmp_path / PATH).write_bytes(b"from the files")
    await carried.deliver(POST, at_once)
    assert (tmp_path / PATH).read_bytes() == b"from the files"
    await carried.find(POST)
    await carried.close()
    assert (carried.platform, client.delivered, client.looked_for, client.closed) == (
        Platform.SLACK,
        [POST, POST],
        [POST],
        True,
    )


async def test_several_platforms_may_bring_a_picture_at_the_same_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, both, replace = FakeDatabase(), threading.Barrier(2, timeout=10), Path.replace

    def together(part: Path, file: Path) -> Path:
        both.wait()
        return replace(part, file)

    async with database.transaction() as tx:
        await tx.pieces.keep_picture(Picture(path=PATH, data=b"picture", at=NOW))
    monkeypatch.setattr(Path, "replace", together)
    pictures = Pictures(database, tmp_path)
    with capture_logs() as logged:
        await asyncio.gather(pictures.bring(PATH), pictures.bring(PATH))
    assert logged == []
    assert [(file.name, file.read_bytes()) for file in (tmp_path / PATH).parent.iterdir()] == [("a.png", b"picture")]


@pytest.mark.parametrize("known", [True, False])
async def test_a_picture_that_cannot_be_brought_is_for_the_client_to_tell(tmp_path: Path, known: bool) -> None:
    database, client = FakeDatabase(), RecordingClient()
    (tmp_path / "cards").write_bytes(b"no folder")
    async with database.transaction() as tx:
        if known:
            await tx.pieces.keep_picture(Picture(path=PATH, data=b"picture", at=NOW))
    await WithPictures(client, Pictures(database, tmp_path)).deliver(POST, at_once)
    assert client.delivered == [POST]


def test_what_is_sent_from_the_content_folder_says_nothing_of_where_it_was_taken(tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/phone.jpg").write_bytes(jpeg(*TRAIL))
    (tmp_path / "cards/damaged.jpg").write_bytes(jpeg()[:40])
    read = pictures_of(tmp_path)
    assert (read("cards/phone.jpg"), read("cards/damaged.jpg")) == (without_trail(jpeg()), jpeg()[:40])


@pytest.mark.parametrize("path", ["../outside.png", "/etc/hostname", "cards/none.png"])
def test_nothing_outside_the_content_folder_is_sent(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.png").write_bytes(b"secret")
    (tmp_path / "content").mkdir()
    with pytest.raises(FileNotFoundError):
        pictures_of(tmp_path / "content")(path)
