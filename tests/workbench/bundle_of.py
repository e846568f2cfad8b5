"""Products to be handed on: one as people have them, and one in which everything that was written means harm to some tool."""

from datetime import date

from fluencylab.stats import share
from fluencylab.workbench.bundle.contents import (
    BundleCase,
    BundleCheck,
    BundleDocument,
    BundleEvaluation,
    BundleMode,
    BundleOutput,
    BundleVersion,
    Contents,
    Rate,
)
from fluencylab.workbench.checks import Check, Cites, Contains, Length, Number, Pattern, Schema
from fluencylab.workbench.retrieval import Retrieval
from fluencylab.workbench.version import Version

KEY = "sk-proj-" + "Ab3" * 12
HOSTILE = (
    "{{ env.HOME }} and {{question}}",
    "{% for x in range(9) %}boo{% endfor %}",
    "{# a comment #} {{ 7 * 7 }} {{",
    "file://" + "/etc/passwd",
    "file://promptfoo/tests.mjs",
    "package:left-pad:default",
    '=HYPERLINK("http://evil.example")',
    "</pre></details><script>alert(1)</script><img src=x onerror=alert(2)>",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png) | cell |\n# heading\n```\nfence",
    "\u202etxet desrever\u202c \u2066isolated\u2069 \x1b[31mred",
    "- a\n- b: {no, yes}\n!!python/object:os.system {}\nend\n",
    "\tTab, \"quotes\", 'more', \\back\\slash, $ref, ${HOME}, `tick`",
)


def checks(*given: Check) -> tuple[BundleCheck, ...]:
    return tuple(BundleCheck(f"check-{n}", one.said.rstrip("."), one) for n, one in enumerate(given))


def hostile() -> Contents:
    """Twelve cases, an answer to each that repeats it, labels, notes, names: all of it hostile."""
    cases = tuple(
        BundleCase(n, {"question": text, "order number": f"@{n}", "$ref": "#/nowhere"}, text, (text[:20], "tag"), n == 1, n % 2 == 0, text)
        for n, text in enumerate(HOSTILE, 1)
    )
    outputs = tuple(
        BundleOutput(n, 0, text * (1 if n > 1 else 800), "stop", 0.5, 10, 20, (), n % 3 > 0, text, HOSTILE[7],
                     {"check-0": n % 2 == 0, "check-1": None})
        for n, text in enumerate(HOSTILE, 1)
    )  # fmt: skip
    version = Version.of(
        "Be brief. {% raw %} {# note #} }} -%} -}} {#} {%- {not a variable} \u202e %} <b>bold</b>",
        "{{ question }}\n\nOrder {{order number}}.\n",
        0.0,
        60,
    )
    names = checks(Contains(values=("{{reference}}",)), Pattern(value=r"\{\{.*"))
    rates = (Rate("people", HOSTILE[7], share(8, 12)), Rate("check-0", HOSTILE[6], share(6, 12), 2))
    evaluation = BundleEvaluation(
        "version-1-a", HOSTILE[7], 1, HOSTILE[6], "ab" * 32, date(2026, 11, 29), "all", 1, 80, False, 2, outputs, rates
    )  # fmt: skip
    return Contents(
        name=HOSTILE[7], purpose=HOSTILE[8], never=HOSTILE[6:9], volume=1000, price_in=0.5, price_out=1.5, cases=cases,
        versions=(BundleVersion(1, HOSTILE[8], version),),
        checks=tuple(one._replace(name=HOSTILE[n], agreement=HOSTILE[8]) for n, one in enumerate(names)), evaluations=(evaluation,),
        modes=(BundleMode(HOSTILE[7], HOSTILE[8], share(4, 12)),), changes=(HOSTILE[7],), memo="# Memo\n", memo_lacks=(HOSTILE[8],),
        decision=HOSTILE[8], mind=HOSTILE[7], documents=(BundleDocument(HOSTILE[6], "cd" * 32, HOSTILE[8]),),
    )  # fmt: skip


QUESTIONS = (
    "Where is my parcel Q-4821?", "Can I change the delivery address?", "What does a parcel of 4 kg cost?", "Is the depot open on Sunday?",
    "My parcel is broken. What now?", "How long do you keep a parcel?", "Can my neighbour take it?", "Do you deliver to Norway?",
    "I was charged twice.", "What time do you close?", "Send me my invoice.", "Who signed for parcel Q-77?",
)  # fmt: skip


def parcels(outputs: tuple[BundleOutput, ...] = ()) -> Contents:
    """Twelve questions to a parcel desk, two versions of its prompt, and checks of the kinds that a text decides."""
    cases = tuple(BundleCase(n, {"question": text}, "45 days", ("parcels",), n < 3, n % 2 == 0) for n, text in enumerate(QUESTIONS, 1))
    first = Version.of("You answer customers of a parcel service.", "{{question}}", 0.0, 40)
    second = Version.of("You answer customers of a parcel service. Ask for the order number.", "{{question}}", 0.0, 40)
    return Contents(
        name="Parcel desk", purpose="Answers what customers ask about their parcels.", never=("promises a day",), volume=50_000,
        price_in=0.15, price_out=0.6, cases=cases,
        versions=(BundleVersion(1, "the one that is live", first), BundleVersion(2, "asks for the number", second)),
        checks=checks(
            Contains(values=("order number", "tracking number"), how="any"), Contains(values=("sorry",), how="none"), Length(most=30),
            Pattern(value=r"\b(?:parcel|package)s?\b"), Number(low=0, high=100, which="first"), Schema(value={"type": "object"}),
        ),
    )  # fmt: skip


def searching() -> Contents:
    """Two versions that look passages up, each with other ones, and hostile; one check asks for sources."""
    told = parcels()
    looking = Retrieval(documents=(1,))
    prompt = Version.of("Answer from the text.\n{{passages}}", "{{question}}", 0.0, 40).model_copy(update={"retrieval": looking})
    cooler = prompt.model_copy(update={"temperature": 0.7, "max_tokens": 30})
    versions = (BundleVersion(1, "one", prompt), BundleVersion(2, "two", cooler))
    found = [
        BundleEvaluation(
            f"version-{n}", f"Version {n}", n, "m", "", date(2026, 11, 29), "all", 1, None, False, 0,
            tuple(BundleOutput(case.number, 0, "x", passages=(("Handbook", f"{HOSTILE[n]} {case.number}"),)) for case in told.cases), (),
        )
        for n in (1, 2)
    ]  # fmt: skip
    return told._replace(versions=versions, evaluations=tuple(found), checks=checks(Cites()))
