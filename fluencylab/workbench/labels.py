"""What people write for pass and fail: yes, no, 1, 0, ok, a thumb, and the same in other languages."""

from fluencylab.text.folding import bare

PASS = """\
    pass, passed, p, yes, y, true, t, 1, 1.0, ok, okay, good, correct, right, accept, accepted, acceptable, approved, success, up,
    positive, thumbs up, thumbs_up, like, +1, ja, bestanden, richtig, korrekt, gut, wahr, oui, vrai, reussi, bon, correcte, sí,
    si, verdadero, aprobado, bien, correcto, vero, superato, giusto, sim, verdadeiro, aprovado, waar, goed, tak, prawda, dobrze,
    да, верно, хорошо, evet, doğru, はい, 合格, 正, ○, 是, 对, 正确, 通过, 예, 합격, نعم, صحيح, हाँ"""
FAIL = """\
    fail, failed, f, no, n, false, 0, 0.0, not ok, bad, incorrect, wrong, reject, rejected, unacceptable, failure, down, negative,
    thumbs down, thumbs_down, dislike, -1, nein, nicht bestanden, durchgefallen, falsch, schlecht, non, faux, echoue, mauvais,
    incorrecte, falso, suspenso, mal, incorrecto, sbagliato, não, nao, reprovado, nee, onwaar, fout, nie, falsz, zle, нет,
    неверно, плохо, hayır, yanlış, いいえ, 不合格, 誤, ×, 否, 错, 错误, 不通过, 아니요, 불합격, لا, خطأ, नहीं"""
SIGNS = {**dict.fromkeys("👍✅✔✓☑🟢", True), **dict.fromkeys("👎❌✗✘✖🔴", False)}


def _said(words: str) -> set[str]:
    return {bare(" ".join(word.split())) for word in words.split(",")}


VERDICTS = {**dict.fromkeys(_said(PASS), True), **dict.fromkeys(_said(FAIL), False)}


def label_of(text: str) -> bool | None:
    """Pass, fail, or None for anything else: a rating of 3 is a person's, and no verdict."""
    bare_sign = text.strip().replace("\ufe0f", "")
    for sign, says in SIGNS.items():
        if bare_sign.startswith(sign) and len(bare_sign) <= 2:
            return says
    return VERDICTS.get(bare(" ".join(text.strip(" .!").split())))


def is_ticked(text: str) -> bool | None:
    """Yes, also as a cross in a box; no; or None for anything else."""
    return True if text.strip().lower() == "x" else label_of(text)
