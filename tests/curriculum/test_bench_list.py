"""The list of the bench: every exercise once, its symptom in a line, and nothing in it that an exercise is judged by."""

import re
import shutil
from pathlib import Path

import pytest

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.bench_list import ListedExercise, bench_list
from fluencylab.curriculum.loader import CONTENT
from fluencylab.curriculum.repairs import repairs
from fluencylab.errors import ContentError

CASES = {one.slug: one for one in bench().cases}
LISTED = [one for group in bench_list().groups for one in group.exercises]
SAID = re.compile(r"temperature|window|schema|template|chunk|index|judge|system prompt|token|cut off|truncat", re.I)


def test_every_exercise_of_the_bench_is_listed_once_and_says_in_a_line_what_is_seen() -> None:
    assert sorted(one.slug for one in LISTED) == sorted([*CASES, *(one.slug for one in repairs().repairs)])
    assert all(len(one.symptom) <= 90 for one in LISTED)


@pytest.mark.parametrize("one", LISTED, ids=lambda one: one.slug)
def test_a_symptom_names_no_part_of_the_machine_that_may_be_the_cause(one: ListedExercise) -> None:
    assert not SAID.search(one.symptom), one.symptom


def copied(tmp_path: Path) -> Path:
    return shutil.copytree(CONTENT, tmp_path / "content")


def test_an_exercise_that_no_group_lists_is_said_with_its_file(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    file = folder / "bench" / "list.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if "twice-as-fast" not in line), encoding="utf-8")
    with pytest.raises(ContentError, match="twice-as-fast stands in no group"):
        bench_list(folder)
    file.write_text("\n".join(lines).replace('hot = "the temperature was too high"\n', ""), encoding="utf-8")
    with pytest.raises(ContentError, match="hot has no words among the causes"):
        bench_list(folder)
