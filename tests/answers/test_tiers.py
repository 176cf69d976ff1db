"""The tiers behind the port: each alone, and each falling back on the one below."""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from structlog.testing import capture_logs

from bot.adapters import meaning
from bot.adapters.meaning import Tier, open_encoder, sentences, vectors
from bot.adapters.meaning.remembered import Remembered
from bot.adapters.meaning.sentences import BGE, weights
from bot.adapters.meaning.wordpiece import word_pieces
from bot.core.answers import Encoder, Language, NoMeaning

FILE = weights(BGE)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=Tier)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param is not Tier.CORE and FILE is None:
        pytest.skip("the weights of the sentence encoders are not installed")
    return open_encoder(request.param)


def likeness(encoder: Encoder, one: str, other: str) -> float:
    first, second = encoder.encode([one, other])
    return float(first @ second)


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("how do I get involved", "how can I take part", "what time does the shop close"),
        ("the film was wonderful", "a great movie", "my tax bill is late"),
        ("where can I park my car", "is there somewhere to leave my vehicle", "who wrote this book"),
    ],
)
def test_what_means_the_same_is_nearer(encoder: Encoder, text: str, near: str, far: str) -> None:
    assert likeness(encoder, text, near) > likeness(encoder, text, far) + 0.1


def test_a_texts_row_does_not_depend_on_its_neighbours(encoder: Encoder) -> None:
    texts = ["when is the chat", "a much longer sentence about quite another thing", "", "logo", "when is the chat"]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_nothing_has_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.encode(["something"]).shape[1])


def test_rows_have_length_one(encoder: Encoder) -> None:
    rows = encoder.encode(["how do I take part", "zzqx", "x" * 5_000, "word " * 2_000])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_what_core_does_not_need_is_not_loaded_with_it() -> None:
    """An old machine has little memory: what logs and what waits takes more than the word vectors."""
    program = (
        "import sys; from bot.adapters.meaning import Tier, open_encoder; open_encoder(Tier.CORE); "
        "print(sorted(sys.modules.keys() & {'structlog', 'rich', 'asyncio', 'httpx', 'sqlalchemy', 'onnxruntime'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_words_fall_into_the_longest_pieces_that_there_are() -> None:
    """The numbers that BERT's own tokenizer gives."""
    pieces = word_pieces()
    assert pieces.numbers("Hello world!") == [7592, 2088, 999]
    assert pieces.numbers("embeddings") == [7861, 8270, 4667, 2015]
    assert pieces.numbers("Café") == pieces.numbers("cafe")
    assert pieces.numbers("x" * 101) == [100]
    assert pieces.numbers("") == []


@pytest.mark.parametrize("tier", [Tier.VECTORS, Tier.ENCODER])
def test_without_the_weights_the_tier_below_does_the_work_and_it_is_said(
    tier: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "weights", lambda _: None)
    with capture_logs() as logs:
        assert open_encoder(tier).name == "core"
    assert [entry["log_level"] for entry in logs] == ["warning"]


@pytest.mark.parametrize("missing", [sentences._PACKAGE, sentences._RUNTIME])
def test_without_the_package_or_what_works_it_out_there_are_no_weights(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "find_spec", lambda name: None if name == missing else find_spec(name))
    assert weights(BGE) is None


def test_without_any_vectors_letters_do_the_work_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(vectors, "TABLE", tmp_path / "gone.npy")
    with capture_logs() as logs:
        assert isinstance(open_encoder(Tier.CORE), NoMeaning)
    assert [entry["log_level"] for entry in logs] == ["warning"]


class Counting:
    """An encoder that counts the texts it was given."""

    name = "counting"
    language: Language = Language()

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.texts += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


def test_the_faqs_texts_are_worked_out_once_and_not_again_after_a_restart(tmp_path: Path) -> None:
    first, second = Counting(), Counting()
    rows = Remembered(first, tmp_path).encode(["a", "bb", "a"])
    again = Remembered(second, tmp_path).encode(["bb", "ccc", "a"])
    assert (sorted(first.texts), second.texts) == (["a", "bb"], ["a", "ccc"])  # "a" to see that it is the same
    assert rows.tolist() == [[1, 1], [2, 1], [1, 1]]
    assert again.tolist() == [[2, 1], [3, 1], [1, 1]]


def test_what_somebody_asks_is_not_kept(tmp_path: Path) -> None:
    Remembered(Counting(), tmp_path).encode(["where is my prescription"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("row", [[7.0, 1.0], [1.0, 1.0, 1.0]])
def test_what_another_model_made_of_the_texts_is_not_used(tmp_path: Path, row: list[float]) -> None:
    class Older(Counting):
        def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            return np.array([row for _ in texts], np.float32)

    Remembered(Older(), tmp_path).encode(["a", "bb"])
    assert Remembered(Counting(), tmp_path).encode(["a", "bb", "ccc"]).tolist() == [[1, 1], [2, 1], [3, 1]]


def test_a_damaged_memory_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "counting.npz").write_bytes(b"PK\x03\x04 no archive")
    assert Remembered(Counting(), tmp_path).encode(["a", "bb"]).tolist() == [[1, 1], [2, 1]]
