"""Which of two labels is the one to be found? Taken where their words say so, else asked for: nothing in a table tells.

sure(("1", "0"))                    "1"          however often each comes
sure(("ham", "spam"))               "spam"
sure(("refund", "not refund"))      "refund"
sure(("cat", "dog"))                None         the form asks, and the command line for --positive
"""

from collections.abc import Sequence

from fluencylab.text.folding import bare

_YES = "1 yes y true t positive pos ja oui si sim evet tak да نعم हाँ 是 はい 네 有 阳性 陽性"
_NO = "0 no n false f negative neg none other normal ok ham clean safe nein non nao hayir nie нет لا नहीं 否 いいえ 아니요 无 阴性 陰性"
_WANTED = "spam fraud fraudulent phishing toxic abuse abusive hate offensive defect defective anomaly malicious malware churn churned sick"
YES, NO, WANTED = (frozenset(bare(word) for word in words.split()) for words in (_YES, _NO, _WANTED))
DENIALS = ("not ", "no ", "non ", "non-", "not-", "un", "nicht ", "kein ", "не ", "不", "非")


def sure(labels: Sequence[str]) -> str | None:
    """The one to be found; None where the words of the two do not tell."""
    forms = [bare(label.strip()) for label in labels]
    speaks = [form in YES | WANTED for form in forms]
    denied = [form in NO or any(form == f"{denial}{other}" for denial in DENIALS) for form, other in zip(forms, forms[::-1], strict=True)]
    if speaks[0] != speaks[1]:
        return labels[speaks.index(True)]
    return labels[denied.index(False)] if denied[0] != denied[1] else None
