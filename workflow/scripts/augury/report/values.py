"""Numbers and words as a reader wants them."""


def share(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A value from 0 to 1 with its interval: 0.871 (0.832 to 0.905)."""
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} ({low:.3f} to {high:.3f})"


def percent(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """The same in percent: 87.1% (83.2% to 90.5%)."""
    if value is None:
        return "unknown"
    return f"{value:.1%}" if low is None or high is None else f"{value:.1%} ({low:.1%} to {high:.1%})"


def distance(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A distance with its interval, to four digits."""
    if value is None:
        return "–"
    return f"{value:.4g}" if low is None or high is None else f"{value:.4g} ({low:.4g} to {high:.4g})"


def p_value(value: float | None) -> str:
    """A p value to three decimals, and a bound for a smaller one."""
    if value is None:
        return "–"
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"


def duration(seconds: float | None) -> str:
    """Seconds as 42 s, 3 min 20 s or 5 h 12 min.

    >>> duration(42), duration(200), duration(18720)
    ('42 s', '3 min 20 s', '5 h 12 min')
    """
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def grouped(value: int | None) -> str:
    """A whole number with its thousands set apart: 1,234,567."""
    return "–" if value is None else f"{value:,}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 image, 3 images, no image."""
    noun = one if number in (0, 1) else many or one + "s"
    return f"{'no' if number == 0 else grouped(number)} {noun}"


def listed(words: list[str]) -> str:
    """Words in a sentence: a, b and c.

    >>> listed(["dcgan", "stylegan2", "copier"])
    'dcgan, stylegan2 and copier'
    """
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else "none"


def sentence(words: str) -> str:
    """With a capital at its beginning."""
    return words[:1].upper() + words[1:]


def signed(value: float | None) -> str:
    """Points, hundredths of a measure, with their sign: +2.1."""
    if value is None:
        return "–"
    text = f"{100 * value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text


def points(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Points with their interval: +2.1 points [+0.3, +3.9], or +2.1 alone."""
    if value is None or low is None or high is None:
        return signed(value)
    return f"{signed(value)} points [{signed(low)}, {signed(high)}]"
