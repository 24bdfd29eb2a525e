"""Variants of a generator as text: `end`, `100` for a snapshot, `100~0.7` for a snapshot at truncation 0.7."""

from dataclasses import dataclass

from augury.command.errors import UserError

END = "end"


@dataclass(frozen=True, slots=True)
class Variant:
    """A state of a generator and a truncation of its latent space."""

    snapshot: int | None = None  # in the generator's unit of duration; None for the end of its training
    truncation: float = 1.0

    def __str__(self) -> str:
        snapshot = END if self.snapshot is None else str(self.snapshot)
        return snapshot if self.truncation == 1 else f"{snapshot}~{self.truncation:g}"


def parse_variant(text: str) -> Variant:
    """The variant that a text means. Raises UserError for any other text than the module's docstring allows.

    >>> parse_variant("100~0.7")
    Variant(snapshot=100, truncation=0.7)
    """
    snapshot_text, tilde, truncation = text.partition("~")
    try:
        snapshot = None if snapshot_text == END else int(snapshot_text)
        variant = Variant(snapshot, float(truncation) if tilde else 1.0)
    except ValueError:
        variant = None
    if variant is None or not 0 <= variant.truncation <= 1 or (variant.snapshot or 0) < 0:
        raise UserError(f"'{text}' is no variant of a generator; write `end`, `100`, or `100~0.7` with a truncation")
    return variant
