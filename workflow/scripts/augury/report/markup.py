"""Filters of the templates: words as the page marks them up."""

import re

from markupsafe import Markup, escape


def breakable(name: str) -> Markup:
    """A name that may be broken after its hyphens and underscores."""
    return Markup(re.sub(r"([-_])", r"\1<wbr>", str(escape(name))))


def stacked(text: str) -> Markup:
    """A value above its interval: 0.871 (0.832 to 0.905) takes half the width."""
    match = re.fullmatch(r"(.+?) ([(\[].*[)\]])", text)
    return Markup('{} <span class="interval">{}</span>').format(*match.groups()) if match else escape(text)


def coded(words: str) -> Markup:
    """What stands between backticks as code."""
    return Markup(re.sub("`([^`]*)`", r"<code>\1</code>", str(escape(words))))
