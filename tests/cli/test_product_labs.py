"""`fluency product lab`, `keep`, `kept` and `sent`: a lab on the product from the terminal, what is kept of it, and what went where."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from odd_endpoint import Habits, Odd, odd

from fluencylab.settings import settings

from .conftest import Ended

Run = Callable[..., Ended]
CASES = "question,reference,topic\n" + "".join(f"When does parcel {n} come?,in {n} days,t{n % 2}\n" for n in range(24))


@pytest.fixture
def product(run: Run, tmp_path: Path) -> Path:
    """With 24 cases, half of them held back, and a prompt."""
    assert run("product", "new", "Parcel desk").code == 0
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")
    (tmp_path / "prompt.md").write_text("# System\n\nYou are a parcel desk.\n\n# User\n\n{{question}}\n", encoding="utf-8")
    assert run("product", "import", str(tmp_path / "cases.csv")).code == 0
    assert run("product", "versions", "--add", str(tmp_path / "prompt.md")).code == 0
    return tmp_path


@pytest.fixture
def there(run: Run) -> Iterator[Odd]:
    """An endpoint in use that answers everything alike."""
    with odd(Habits()) as there:
        run("models", "add", "--endpoint", there.address, "--model", "m")
        run("models", "use", "m")
        yield there


def away() -> str:
    """The model in use is on a machine whose address is no loopback address. Gives its host."""
    file = settings().data / "models.json"
    file.write_text(file.read_text().replace("127.0.0.1", "0.0.0.0"))
    return file.read_text().split("http://")[1].split("/")[0]


def test_what_a_lab_takes_is_said_without_a_run(run: Run, product: Path) -> None:
    told = run("product", "lab", "metrics", "--look", "--json").json()
    assert told["took"][0].startswith("To sort: all its 12 open messages. The 12 held back are never filled in.")
    assert told["fields"]["positive"] in ("t0", "t1") and told["lacks"]
    unknown = run("product", "lab", "nothing", "--look")
    assert unknown.code != 0 and "There is no lab called" in unknown.err
    other = run("product", "lab", "evaluation", "--look")
    assert other.code != 0 and "takes nothing of a product" in other.err


def test_a_lab_is_run_on_the_product_kept_cited_and_taken_off(run: Run, product: Path, there: Odd) -> None:
    done = run("product", "lab", "prompting", "--part", "guardrail", "--keep", "Guardrails", "--json").json()
    assert done["status"] == "done" and done["kept"] == "Guardrails" and any(one["measure"].startswith("leak@") for one in done["numbers"])
    (kept,) = run("product", "kept", "--json").json()
    assert kept["name"] == "Guardrails" and not kept["stale"] and 0 < len(kept["numbers"]) <= 24
    assert "Filled in from version 1" in kept["numbers"][0]["conditions"]
    listed = run("product", "memo", "--measures", "--json").json()
    assert {f"[[m:{one['id']}]]" for one in kept["numbers"]} <= {one["mark"] for one in listed["measurements"]}
    narrowed = run("product", "keep", done["run"][:10], "Leaks", "--measure", "leak@none", "--json").json()
    assert narrowed["run"] == done["run"]
    (kept,) = run("product", "kept", "--json").json()
    assert (kept["name"], len(kept["numbers"])) == ("Leaks", 1) and "of" in kept["numbers"][0]["shown"]
    assert run("product", "keep", "ffff", "x").code != 0
    strange = run("product", "keep", done["run"], "x", "--measure", "nope")
    assert strange.code != 0 and "has no measure called “nope”" in strange.err and "leak@none" in strange.err
    (product / "second.md").write_text("# System\n\nYou are a kind parcel desk.\n\n# User\n\n{{question}}\n", encoding="utf-8")
    run("product", "versions", "--add", str(product / "second.md"), "--reason", "kinder")
    assert run("product", "kept", "--json").json()[0]["stale"]
    assert "a version has come since" in run("product", "kept").out
    assert run("product", "kept", "--remove", "Leaks").code == 0 and run("product", "kept", "--json").json() == []
    assert run("product", "kept", "--remove", "Leaks").code != 0
    assert run("runs", "show", done["run"]).code == 0, "the run itself stays"


def test_another_machine_is_said_yes_to_once_and_every_run_leaves_a_line(run: Run, product: Path, there: Odd) -> None:
    host, before = away(), len(there.asked)
    for refused in (run("product", "run", "--expect", "70"), run("product", "lab", "sampling", "--json")):
        assert refused.code != 0 and f"Nothing was sent: {host} is not this machine." in refused.err and "--yes" in refused.err
    assert len(there.asked) == before and run("product", "sent", "--json").json() == {"sent": [], "allowed": []}
    said = run("product", "run", "--expect", "70", "--yes", "--json")
    assert said.code == 0, said.err
    assert said.json()["status"] == "done" and "The prompt, the cases and the documents of Parcel desk" in said.err
    assert len(there.asked) == before + 12
    again = run("product", "lab", "sampling", "--part", "again", "--json")
    assert again.code == 0, again.err
    assert again.json()["status"] == "done" and "go to" not in again.err
    told = run("product", "sent", "--json").json()
    assert [one["host"] for one in told["allowed"]] == [host]
    assert [(one["host"], one["here"], one["cases"], one["version"]) for one in told["sent"]] == [(host, False, 1, 1), (host, False, 12, 1)]
    shown = run("product", "sent").out
    assert host in shown and "12 cases and the prompt of version 1" in shown


def test_the_lab_itself_reads_without_being_asked(run: Run, product: Path) -> None:
    ran = run("product", "lab", "embeddings", "--part", "distance", "--json")
    assert ran.code == 0, ran.err
    assert ran.json()["status"] == "done"
    (line,) = run("product", "sent", "--json").json()["sent"]
    assert line["place"] == "this machine, inside the lab" and line["here"]
