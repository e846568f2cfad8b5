"""A decision in another form, as `variants.toml` holds it."""


def variant(of: str, slug: str = "the-lift-that-answers", best: str = "stairs") -> str:
    options = "".join(
        f'[[variant.options]]\nid = "{id}"\ntext = "Take the {id} and count."\nanswer = "Because of the {id}."\n'
        for id in ("stairs", "lift", "ramp")
    )
    return f'[[variant]]\nof = "{of}"\nslug = "{slug}"\nsituation = "A lift."\nquestion = "Which way?"\nbest = "{best}"\n{options}'
