"""Quillby's help centre holds together: short articles, questions that name real ones, and one number for one policy."""

from collections import Counter

from fluencylab.instruments import helpcentre


def test_articles_are_short_and_written_before_today() -> None:
    for article in helpcentre.articles():
        assert 40 <= len(article.body.split()) <= 125, article.id
        assert article.updated <= helpcentre.TODAY, article.id
        assert article.section and "  " not in article.body, article.id


def test_no_two_articles_share_a_title_or_a_body() -> None:
    for value in ("title", "body"):
        twice = [text for text, n in Counter(getattr(one, value) for one in helpcentre.articles()).items() if n > 1]
        assert not twice
