"""What an answer comes to: the whole of it is read, with what it denies."""

import pytest

from fluencylab.instruments.verdict_reading import read_verdict

GOOD, PAIR, YES, KINDS = ("good", "bad"), ("A", "B"), ("yes", "no"), ("billing", "refund", "account", "not spam", "spam")
OPPOSITE = {"good": "bad"}


@pytest.mark.parametrize(
    ("text", "labels", "found"),
    [
        ("good", GOOD, "good"), ("Good.", GOOD, "good"), ("**Bad**", GOOD, "bad"), ("I find it bad.", GOOD, "bad"),
        ("This answer is not good.", GOOD, "bad"), ("It isn't a good answer", GOOD, "bad"), ("I wouldn’t call this good.", GOOD, "bad"),
        ("not bad", GOOD, None), ("This is far from good.", GOOD, "bad"), ("It is anything but good", GOOD, "bad"),
        ("Good? No.", GOOD, None), ("Is it good? Bad.", GOOD, "bad"), ("It is good and bad.", GOOD, None),
        ("Good. Actually, bad.", GOOD, None), ("Verdict: good", GOOD, "good"), ("**Verdict:** bad. The tone is good.", GOOD, "bad"),
        ("Verdict: not good", GOOD, "bad"), ("Good. The other answer was bad.", GOOD, "good"), ("", GOOD, None), ("hm", GOOD, None),
        ("Neither good nor bad.", GOOD, None), ("The tone is good, but overall it is bad.", GOOD, "bad"), ("goodness", GOOD, None),
        ("A clearer answer is B.", PAIR, "B"), ("A better answer is B.", PAIR, "B"), ("B", PAIR, "B"), ("a", PAIR, "A"), ("(B)", PAIR, "B"),
        ("**A**", PAIR, "A"), ("Answer: A", PAIR, "A"), ("A is better.", PAIR, "A"), ("A is better than B.", PAIR, "A"),
        ("A is worse than B.", PAIR, "B"), ("I prefer B to A.", PAIR, "B"), ("B rather than A", PAIR, "B"),
        ("A is shorter than B.", PAIR, None),
        ("A and B are equal.", PAIR, None), ("Neither.", PAIR, None), ("Both are the same", PAIR, None), ("A or B", PAIR, None),
        ("I would not say that A is better.", PAIR, None), ("A is not better than B", PAIR, None), ("A isn't clearer.", PAIR, None),
        ("B. A is longer and hides the fee.", PAIR, "B"), ("B, because A hides the fee.", PAIR, "B"), ("If A were shorter, A.", PAIR, "A"),
        ("A: clear. B: vague. Verdict: A", PAIR, "A"), ("Answer A: clear. Answer B: vague.", PAIR, None), ("A. No, B.", PAIR, None),
        ('{"verdict": "B"}', PAIR, "B"), ('```json\n{"winner": "A", "why": "B is long"}\n```', PAIR, "A"), ('{"verdict": "C"}', PAIR, None),
        ("A good answer needs a number.", PAIR, None), ("A, not B.", PAIR, "A"), ("It's B", PAIR, "B"), ("The winner is B!", PAIR, "B"),
        ("no", YES, "no"), ("No, it is late.", YES, "no"), ("I don't know.", YES, None), ("I know nothing of it", YES, None),
        ("There is no reason.", YES, None), ("Yes.", YES, "yes"), ("Answer: no", YES, "no"),
        ("I'd say billing.", KINDS, "billing"), ("Not a refund; billing.", KINDS, "billing"), ("not billing but refunds", KINDS, "refund"),
        ("billing or refund", KINDS, None), ("It is not spam.", KINDS, "not spam"), ("This is spam.", KINDS, "spam"),
        ("a refund rather than billing", KINDS, "refund"), ("I'm sorry for any confusion about billings.", KINDS, "billing"),
        ("rebilling", KINDS, None), ("It isn't billing.", KINDS, None), ('{"label": "Refund"}', KINDS, "refund"),
    ],
)  # fmt: skip
def test_what_an_answer_comes_to(text: str, labels: tuple[str, ...], found: str | None) -> None:
    assert read_verdict(text, labels, OPPOSITE if labels is GOOD else None) == found


@pytest.mark.parametrize(
    ("text", "labels", "found"),
    [
        ("投诉", ("投诉", "问题"), "投诉"), ("这是投诉。", ("投诉", "问题"), "投诉"), ("这不是投诉。", ("投诉", "问题"), None),
        ("答案：投诉", ("投诉", "问题"), "投诉"), ("これは苦情ではない。", ("苦情", "質問"), None),
        ("Это не жалоба.", ("жалоба", "вопрос"), None),
        ("Это ЖАЛОБА", ("жалоба", "вопрос"), "жалоба"), ("هذه شكوى", ("شكوى", "سؤال"), "شكوى"),
        ("ليست شكوى", ("شكوى", "سؤال"), None),
        ("यह शिकायत नहीं है।", ("शिकायत", "सवाल"), None), ("ŞİKAYET", ("şikayet", "soru"), "şikayet"),
        ("Das ist keine Frage", ("Frage", "Klage"), None),
        ("ეს საჩივარია: complaint", ("complaint", "question"), "complaint"), ("ეს არ არის complaint", ("complaint", "question"), None),
    ],
)  # fmt: skip
def test_labels_of_every_script_and_what_denies_them(text: str, labels: tuple[str, ...], found: str | None) -> None:
    assert read_verdict(text, labels) == found
