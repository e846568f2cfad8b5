"""Quillby's help centre: short articles of an invented shop for household goods and stationery, and what its customers ask.

    return-period       "How long you can return items"          30 days; members 60; outlet and partners 14
    refund-of-gift-card "Giving back a gift card you bought"     near refund-gift-card-order, and not the same

One policy has one number in all articles. In Quillby's world it is always `TODAY`.
"""

from datetime import date

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Article, HelpQuestion
from fluencylab.instruments.search import Document

TODAY = date(2026, 11, 2)


def articles() -> tuple[Article, ...]:
    """All of them, in the order of their sections. Each has `id`, `title`, `section`, `body` and `updated`."""
    return loader.articles()


def article(identity: str) -> Article | None:
    return next((one for one in articles() if one.id == identity), None)


def documents() -> tuple[Document, ...]:
    """The articles as a search index takes them: the title is searched, too."""
    return tuple(Document(one.id, one.body, one.title) for one in articles())


def questions() -> tuple[HelpQuestion, ...]:
    return loader.help_questions()
