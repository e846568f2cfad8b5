"""What is on offer, what you added, and that no key ever gets into it."""

from pathlib import Path

import pytest

from fluencylab.errors import BadInput, LabError, ModelMissing
from fluencylab.models import catalogue, gguf


def test_the_default_model_is_on_offer_and_in_use(home: Path) -> None:
    assert catalogue.current().slug == catalogue.DEFAULT == catalogue.models()[0].slug
    assert catalogue.current().card().window == 8192


def test_an_unknown_name_says_which_there_are(home: Path) -> None:
    with pytest.raises(ModelMissing, match="smollm2-135m"):
        catalogue.find("gpt-9")


def test_an_added_endpoint_is_found_used_and_forgotten(home: Path) -> None:
    entry = catalogue.add(catalogue.endpoint("http://127.0.0.1:11434/v1/", "llama3.2:1b", key_env="SOME_KEY"))
    assert (entry.slug, entry.base_url) == ("llama3.2-1b", "http://127.0.0.1:11434/v1")
    assert catalogue.use(entry.slug) == catalogue.current() == entry
    catalogue.remove(entry.slug)
    assert catalogue.current().slug == catalogue.DEFAULT
    assert len(catalogue.models()) == 1


def test_two_models_cannot_have_one_name(home: Path) -> None:
    catalogue.add(catalogue.endpoint("http://a.example/v1", "same"))
    with pytest.raises(BadInput, match="already a model named same"):
        catalogue.add(catalogue.endpoint("http://b.example/v1", "same"))


@pytest.mark.parametrize(
    "address", ["ftp://x/v1", "x", "https://user:secret@host/v1", "https://host/v1?api_key=secret", "javascript:alert(1)"]
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        catalogue.endpoint(address, "m")


def test_a_key_typed_where_a_variable_belongs_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadInput) as caught:
        catalogue.endpoint("https://host/v1", "m", key_env="sk-abc123")
    assert "sk-abc123" not in str(caught.value)


def test_a_damaged_list_names_the_file(home: Path) -> None:
    path = home / "data" / "models.json"
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(LabError, match=r"models\.json"):
        catalogue.models()


def test_a_file_of_your_own_tells_its_window_and_vocabulary(home: Path, weights: catalogue.Entry, weights_file: Path) -> None:
    file = home / "mine.gguf"
    file.symlink_to(weights_file)
    entry = catalogue.add_file(file)
    assert (entry.slug, entry.window, entry.abilities.top_logprobs) == ("mine", 8192, 49152)
    assert entry.sha256 == weights.sha256


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x03\0\0\0" + b"\xff" * 16, b"<html>not found</html>", b"GGUF" + b"\x03" * 500])
def test_what_is_not_a_model_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.gguf"
    file.write_bytes(content)
    with pytest.raises(BadInput, match="not a model file"):
        gguf.read(file)
