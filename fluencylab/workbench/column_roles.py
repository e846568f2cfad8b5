"""What a column is for, told by its name in many languages and by what stands in it; the learner sees the guess and may change it.

question, expected answer, topic, pass?     -> input, reference, tags, label
Frage, Musterantwort, Kategorie, Urteil     -> the same
"""

import re
from collections.abc import Container, Mapping, Sequence

from fluencylab.text.folding import bare
from fluencylab.workbench.found import Column, Role, Row
from fluencylab.workbench.labels import is_ticked, label_of

NAMES: dict[Role, str] = {
    "must_not_break": """\
        must not break, must pass, critical, is critical, blocker, never break, regression, p0, kritisch, muss bestehen, darf nicht
        brechen, critique, critico, kritiek, krytyczne, kritisk, критично, 必須, 关键, 重要, kritik""",
    "reference": """\
        reference, reference answer, reference output, expected, expected answer, expected output, expected response, expected result,
        ideal, ideal answer, ideal output, gold, golden, gold answer, golden answer, ground truth, groundtruth, target, target output,
        correct answer, right answer, correct label, answer key, solution, truth, model solution, desired output, erwartet, erwartete
        antwort, erwartete ausgabe, musterantwort, sollantwort, soll, referenz, referenzantwort, richtige antwort, lösung, attendu,
        réponse attendue, sortie attendue, réponse de référence, référence, bonne réponse, esperado, esperada, respuesta esperada,
        respuesta correcta, salida esperada, referencia, atteso, risposta attesa, risposta corretta, riferimento, resposta esperada,
        resposta correta, saída esperada, referência, verwacht, verwacht antwoord, referentie, oczekiwana odpowiedź, wzorzec,
        förväntat svar, facit, forventet svar, odotettu vastaus, эталон, эталонный ответ, ожидаемый ответ, правильный ответ, beklenen,
        beklenen cevap, doğru cevap, 正解, 期待, 期待される回答, 模範解答, 参考答案, 标准答案, 期望输出, 정답, 기대 답변, الإجابة
        المتوقعة, अपेक्षित उत्तर""",
    "output": """\
        output, model output, model answer, model response, actual, actual output, actual answer, response, completion, generation,
        generated, generated answer, generated text, prediction, predicted, bot, bot answer, bot reply, bot response, assistant,
        assistant message, reply, agent reply, ai answer, ai response, llm output, chatbot answer, result, ausgabe, modellantwort,
        antwort des modells, antwort des bots, generierte antwort, ergebnis, sortie, réponse du modèle, réponse générée, salida,
        respuesta del modelo, respuesta generada, uscita, risposta del modello, saída, resposta do modelo, uitvoer, antwoord van het
        model, odpowiedź modelu, modellsvar, utdata, ответ модели, вывод, çıktı, model cevabı, 出力, 回答結果, 输出, 模型回答, 출력,
        응답, إجابة النموذج""",
    "label": """\
        label, labels, verdict, pass, passed, pass fail, passfail, is pass, grade, graded, correct, is correct, iscorrect, ok, good,
        acceptable, accepted, rating, score, thumbs, thumb, feedback, vote, human label, human rating, judgement, judgment,
        evaluation, success, bewertung, bestanden, urteil, richtig, korrekt, in ordnung, note finale, évaluation, réussi, verdict
        humain, étiquette, evaluación, aprobado, correcto, veredicto, valutazione, superato, corretto, esito, avaliação, aprovado,
        correto, beoordeling, geslaagd, ocena, bedömning, godkänd, vurdering, оценка, верно, değerlendirme, doğru mu, 評価, 合否,
        判定, 评分, 是否正确, 通过, 평가, 판정, تقييم""",
    "note": """\
        note, notes, comment, comments, remark, remarks, critique, reason, reasons, rationale, explanation, why, annotation, human
        note, reviewer note, feedback text, observation, assert, asserts, checks, kommentar, kommentare, notiz, notizen, anmerkung,
        anmerkungen, bemerkung, begründung, grund, commentaire, commentaires, remarque, raison, justification, comentario,
        comentarios, nota, notas, motivo, razón, commento, osservazione, comentário, observação, opmerking, opmerkingen, toelichting,
        reden, uwagi, komentarz, kommentti, комментарий, примечание, причина, açıklama, yorum, コメント, メモ, 備考, 理由, 备注, 评论,
        原因, 비고, 메모, 이유, ملاحظة, टिप्पणी""",
    "tags": """\
        tag, tags, category, categories, topic, topics, type, case type, segment, language, lang, locale, intent, difficulty, channel,
        product area, area, group, cluster, bucket, scenario, persona, priority, severity, kategorie, kategorien, thema, themen,
        schlagwort, schlagworte, typ, sprache, bereich, gruppe, schwierigkeit, catégorie, thème, sujet, mot clé, langue, groupe,
        difficulté, categoría, tema, temas, idioma, grupo, dificultad, categoria, argomento, lingua, gruppo, difficoltà, assunto,
        língua, categorie, onderwerp, taal, kategoria, temat, język, kategori, ämne, språk, категория, тема, язык, dil, konu,
        カテゴリ, 分類, タグ, 言語, 类别, 分类, 标签, 语言, 카테고리, 분류, 태그, فئة, श्रेणी""",
    "trace": """\
        trace, trace id, traceid, id, case id, row id, example id, item id, request id, run id, span id, session id, conversation id,
        chat id, message id, ticket id, ticket number, record id, uuid, key, nr, nummer, fallnummer, kennung, identifiant, numéro,
        identificador, número, identificativo, идентификатор, 番号, 编号, 번호""",
    "ignore": """\
        timestamp, date, time, datetime, created, created at, updated, updated at, start time, end time, started at, ended at,
        latency, latency ms, duration, cost, total cost, input cost, output cost, price, tokens, token count, total tokens, prompt
        tokens, completion tokens, input tokens, output tokens, usage, model, model name, model id, provider, temperature, max tokens,
        seed, version, release, environment, url, link, status, level, metadata, user, user id, userid, session, author, email, name,
        span name, finish reason, public, bookmarked, datum, uhrzeit, zeit, erstellt, kosten, preis, benutzer, nutzer, modell, date de
        création, heure, coût, utilisateur, fecha, hora, coste, usuario, data, ora, costo, utente, custo, usuário, gebruiker, дата,
        время, 日付, 日時, 时间, 日期, 날짜, التاريخ""",
    "input": """\
        input, inputs, user input, question, questions, query, prompt, user, user message, message, text, ticket, ticket text,
        request, email, mail, customer message, customer question, inquiry, enquiry, utterance, instruction, user query, user prompt,
        case, body, subject, review, document, passage, transcript, content, frage, eingabe, anfrage, nachricht, kundennachricht,
        kundenfrage, nutzerfrage, anliegen, text der anfrage, question client, requête, demande, entrée, message client, texte,
        pregunta, entrada, consulta, mensaje, solicitud, texto, domanda, richiesta, messaggio, ingresso, testo, pergunta, solicitação,
        mensagem, vraag, invoer, bericht, verzoek, pytanie, zapytanie, wiadomość, fråga, indata, meddelande, spørgsmål, spørsmål,
        kysymys, вопрос, запрос, сообщение, текст, soru, girdi, mesaj, 質問, 入力, 問い合わせ, 问题, 输入, 提问, 질문, 입력, سؤال,
        السؤال, प्रश्न""",
}
ANSWER = """\
        answer, answers, antwort, antworten, réponse, respuesta, risposta, resposta, antwoord, odpowiedź, svar, vastaus, ответ, cevap,
        回答, 答案, 답변, إجابة, उत्तर"""
"""What was right, in a list of questions and answers; what the product said, beside a verdict or a reference."""
MOST_INPUTS = 8
"""Columns of unknown names that are taken for inputs; of more, most are what a program wrote for itself."""
LONGEST_NAME = 6
"""Words."""
SAMPLES, LONGEST_SAMPLE = 3, 160
LOOKED_AT = 500
"""Values by which a column is judged."""
MACHINE = re.compile(
    r"[-+]?[\d.,:%\s]+|\d{4}-\d\d-\d\d(?:[T ].*)?|https?://\S+|[0-9a-f]{8}-?[0-9a-f-]{8,}|true|false|null|none|[\[{].*",
    re.IGNORECASE | re.DOTALL,
)
"""What a program wrote, and no person asked."""
RIGHT = re.compile(
    r"\b(?:good|right|correct|ideal|best|perfect|expected|model|sample|approved|gute|richtige|bonne|buena|buona|boa)\b"
    r".*\b(?:answers?|reply|replies|response|antwort|réponse|reponse|respuesta|risposta|resposta)\b.*\b(?:says?|should|holds|lautet|sagt|dit|dice|diz)\b"
    r"|\b(?:what (?:it|we|the (?:bot|assistant|agent|answer)) should (?:say|answer|be)|should (?:say|answer))\b"
)
"""A name in a whole sentence that means what a right answer says: "what a good answer says", "it should say"."""
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")


def _known(names: str) -> set[str]:
    return {_spoken(name) for name in names.replace("\n", " ").split(",")}


def _spoken(name: str) -> str:
    """A name as words: expectedOutput, expected_output and "Expected output?" are one."""
    return " ".join(bare(" ".join(WORDS.split(name))).split())


ROLES: dict[str, Role] = {name: role for role, names in NAMES.items() for name in _known(names)}
ANSWERS, MUST = _known(ANSWER), _known(NAMES["must_not_break"])


def names_columns(cells: Sequence[str]) -> bool:
    """Is each of them what a column is called?"""
    return bool(cells) and all(_spoken(cell) in ROLES or _spoken(cell) in ANSWERS for cell in cells)


def may_name_columns(cells: Sequence[str]) -> bool:
    """Do the words of each begin or end with what a column is called: "Customer question", "What a good answer says"?"""
    return bool(cells) and all(len(cell.split()) <= LONGEST_NAME and (_named(cell) or _spoken(cell) in ANSWERS) for cell in cells)


def columns_of(rows: Sequence[Row], given: Mapping[str, Role]) -> tuple[Column, ...]:
    """The columns of rows that all have the same. `given`: roles that are known and not guessed."""
    names = list(rows[0]) if rows else []
    filled = {name: [row[name] for row in rows if row[name].strip()] for name in names}
    roles = _guessed(filled, given)
    return tuple(Column(name, roles[name], _samples(filled[name]), len(filled[name])) for name in names)


def _samples(values: Sequence[str]) -> tuple[str, ...]:
    found = list(dict.fromkeys(values[:LOOKED_AT]))[:SAMPLES]
    return tuple(one if len(one) <= LONGEST_SAMPLE else f"{one[: LONGEST_SAMPLE - 1].rstrip()}…" for one in found)


def _guessed(filled: Mapping[str, Sequence[str]], given: Mapping[str, Role]) -> dict[str, Role]:
    named = {name: role for name in filled if (role := given.get(name) or _named(name))}
    roles = {name: given.get(name) or _fitting(name, role, filled[name], set(named.values())) for name, role in named.items()}
    roles |= _answers(filled, roles)
    roles |= _only_first(roles, given)
    unknown = [name for name in filled if name not in roles]
    if "input" not in roles.values():
        roles |= _likeliest_input(filled, roles, given)
    others = [name for name in unknown if name not in roles]
    told = [name for name in others if filled[name] and not _by_machine(filled[name])]
    roles |= {name: "input" if name in told and len(told) <= MOST_INPUTS else "ignore" for name in others}
    return roles


def _named(name: str) -> Role | None:
    """By the whole name, by its last part, "attributes.input.value", or by the words that it ends or begins with: "first user message"."""
    spoken = _spoken(re.sub(r"\(\d+\)$", "", name))
    if RIGHT.search(spoken):
        return "reference"
    parts = [part for part in re.split(r"[./]", name) if part.lower() not in ("value", "content", "text")]
    found = ROLES.get(spoken) or ROLES.get(_spoken(parts[-1]) if parts else "")
    return found or (_by_some_words(spoken.split()) if spoken else "ignore")


def _by_some_words(words: Sequence[str]) -> Role | None:
    ends = (ROLES.get(" ".join(words[start:])) for start in range(1, len(words)))
    begins = (ROLES.get(" ".join(words[:end])) for end in range(len(words) - 1, 0, -1))
    last = next((role for role in ends if role in ("input", "output", "reference", "note")), None)
    return last or next((role for role in begins if role in ("input", "output", "reference", "label") and words[-1] not in ANSWERS), None)


def _fitting(name: str, role: Role, values: Sequence[str], named: Container[Role]) -> Role:
    """A column called "label" that holds names of classes is what was right, or a tag, and no verdict; "critique" has two meanings."""
    if role in ("note", "must_not_break") and _spoken(name) in MUST and values:
        return (
            "must_not_break" if all(is_ticked(value) is not None for value in values[:LOOKED_AT]) else "note" if _long(values) else "tags"
        )
    if role == "label" and values and not _verdicts(values):
        return "ignore" if _by_machine(values) else "note" if _long(values) else "tags" if "reference" in named else "reference"
    if role == "tags" and _long(values):
        return "note"
    return role if values else "ignore"


def _answers(filled: Mapping[str, Sequence[str]], roles: Mapping[str, Role]) -> dict[str, Role]:
    """A column called "answer": what the product said where a reference or a verdict stands beside it, else what is right."""
    said: Role = "output" if {"reference", "label"} & set(roles.values()) and "output" not in roles.values() else "reference"
    return {name: said for name in filled if name not in roles and _spoken(name).split(" ")[-1] in ANSWERS and filled[name]}


def _only_first(roles: Mapping[str, Role], given: Mapping[str, Role]) -> dict[str, Role]:
    """One trace names a row; further numbers of it say nothing. The label that follows a label is kept: somebody else's."""
    traces = [name for name, role in roles.items() if role == "trace"]
    return {name: "ignore" for name in traces[1:] if name not in given}


def _likeliest_input(filled: Mapping[str, Sequence[str]], roles: Mapping[str, Role], given: Mapping[str, Role]) -> dict[str, Role]:
    """Where no name says so, the column with most to read: one that is unknown before one that a name gave another role."""

    def weight(name: str) -> tuple[bool, bool, float]:
        values = filled[name][:LOOKED_AT]
        return name not in roles, not _by_machine(values), sum(map(len, set(values))) / max(1, len(values))

    free = [
        name for name in filled if filled[name] and name not in given and roles.get(name) not in ("label", "must_not_break", "reference")
    ]
    return {max(free, key=weight): "input"} if free else {}


def _verdicts(values: Sequence[str]) -> bool:
    """Do nine of ten say yes or no, and no more than one of the rest something else?"""
    seen = values[:LOOKED_AT]
    return bool(seen) and sum(label_of(value) is not None for value in seen) >= 0.9 * len(seen)


def _by_machine(values: Sequence[str]) -> bool:
    seen = values[:LOOKED_AT]
    return sum(MACHINE.fullmatch(value.strip()) is not None for value in seen) >= 0.9 * len(seen)


def _long(values: Sequence[str]) -> bool:
    seen = values[:LOOKED_AT]
    return sum(map(len, seen)) > 40 * len(seen)
