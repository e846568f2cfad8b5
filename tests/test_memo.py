"""What is worked out once is worked out anew for another thing, and what is read from a file is read anew when the file changes."""

from pathlib import Path

from lab_fixture import home
from pydantic import BaseModel, ConfigDict

from fluencylab.curriculum import proofs
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import Proved
from fluencylab.memo import file_mark, once
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.practice.exercises import content_hash

__all__ = ["home"]


class Word(BaseModel):
    model_config = ConfigDict(frozen=True)

    text: str


def test_each_thing_is_worked_out_once_and_a_changed_copy_is_another_thing() -> None:
    asked = []

    @once
    def letters(word: Word) -> int:
        asked.append(word.text)
        return len(word.text)

    word = Word(text="token")
    changed = word.model_copy(update={"text": "tokens"})
    assert [letters(word), letters(changed), letters(word), letters(changed)] == [5, 6, 5, 6]
    assert asked == ["token", "tokens"]


def test_what_is_kept_goes_with_its_thing() -> None:
    """Also where another thing then lives at the same place in memory."""

    @once
    def letters(word: Word) -> int:
        return len(word.text)

    for length in range(50):
        assert letters(Word(text="x" * length)) == length
    assert letters.__closure__ is not None
    kept = next(cell.cell_contents for cell in letters.__closure__ if isinstance(cell.cell_contents, dict))
    assert not kept


def test_a_reworded_exercise_has_another_hash() -> None:
    mission = track().concepts[0].missions[0]
    assert content_hash(mission) == content_hash(mission) != content_hash(mission.model_copy(update={"title": "Another"}))


def test_the_mark_of_a_file_changes_when_it_is_written_or_replaced(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    marks = [file_mark(file)]
    file.write_text("one")
    marks.append(file_mark(file))
    file.write_text("three")
    marks.append(file_mark(file))
    fresh = tmp_path / "list.new"
    fresh.write_text("fours")
    fresh.replace(file)
    marks.append(file_mark(file))
    assert marks[0] is None
    assert len(set(marks)) == 4


def test_models_that_another_process_added_are_seen_at_the_next_look(home: Path) -> None:
    assert [entry.slug for entry in catalogue.models()] == [catalogue.DEFAULT]
    theirs = Entry(slug="theirs", name="Theirs", kind="endpoint", base_url="http://127.0.0.1:9/v1", model="theirs")
    file = home / "data" / "models.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(catalogue._Yours(current="theirs", models=(theirs,)).model_dump_json())
    assert catalogue.current().slug == "theirs"
    file.unlink()
    assert catalogue.current().slug == catalogue.DEFAULT


def test_a_proof_that_another_process_wrote_down_is_seen_at_the_next_look(home: Path) -> None:
    (home / "data").mkdir(exist_ok=True)
    assert not proofs.pages("abc")
    before = proofs.marks()
    proofs.record("abc", "Told", {"missions": [Proved("which-locker", "words", 9, 10)]}, proofs.own_book())
    assert proofs.pages("abc")[0].missions["which-locker"].passed == 9
    assert proofs.marks() != before
