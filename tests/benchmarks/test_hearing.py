"""The benchmark of a chat that is heard on X loses nothing, small."""

import pytest

from benchmarks import hearing


@pytest.mark.soak
def test_it_hears_and_counts_every_post_once() -> None:
    result = hearing.run(posts=1_700, few=1_700)
    exact = ("posts lost", "posts not in the live figures", "posts that were read twice", "pages of search")
    rows = {row.name: row for row in result.rows}
    assert all(row.held(target) for name, row in rows.items() if name in exact for target in row.targets)
    assert rows["pages of search"].value == 19
