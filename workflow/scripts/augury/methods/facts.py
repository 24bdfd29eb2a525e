"""What the text is made from: a study's config and what its results hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from augury.citing.reference import Reference
from augury.scores.catalogue import SCORES
from augury.settings.families import family, family_of, is_family
from augury.study.arms import Arm
from augury.tables.classification import ClassificationRow
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow
from augury.tables.runtime import RuntimeRow
from augury.tables.verdict import ALL, VerdictRow

KINDS = {"generator": "generators", "classifier": "classifiers"}


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one study. records: generator.json and classifier.json of its trainings, by kind."""

    settings: Mapping[str, Any]  # the config
    manifest: Sequence[ImageRow]
    rows: Sequence[ClassificationRow] = ()
    judged: Sequence[VerdictRow] = ()
    runtime: Sequence[RuntimeRow] = ()
    splits: Mapping[str, Sequence[SplitRow]] = field(default_factory=dict)
    quarantine: Sequence[QuarantineRow] = ()
    duplicates: Sequence[DuplicateRow] = ()
    scored: Sequence[str] = ()  # scores of synthetic images, by name
    explained: bool = False  # whether heat maps and projections were made
    records: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def single(self) -> list[ClassificationRow]:
        """Of trainings, not of means over them."""
        return [row for row in self.rows if row.split != ALL]

    def has_part(self, part: str) -> bool:
        """Whether some image is in a part of a split."""
        return any(row.part == part for rows in self.splits.values() for row in rows)

    def names(self, kind: str) -> list[str]:
        """Generators or classifiers that were trained, in the order of the config; classifiers with ensembles."""
        seen = [record[kind] for record in self.records.get(kind, ()) if kind in record]
        seen += [row.classifier for row in self.rows] if kind == "classifier" else []
        return [name for name in self.settings.get(KINDS[kind]) or {} if name in set(seen)]

    def arm(self, name: str) -> Arm:
        """The settings of an arm."""
        return Arm.model_validate((self.settings.get("arms") or {}).get(name) or {})

    def entry(self, kind: str, name: str) -> tuple[Any, Any]:
        """The family of a generator, classifier or selection and its settings, by the config; None where unknown."""
        given = dict((self.settings.get(kind) or {}).get(name) or {})
        chosen = family_of(kind, given, name)
        if not is_family(kind, chosen):
            return None, None
        declared = family(kind, chosen)
        return declared, declared.settings.model_validate(given | {"family": chosen})


def scored(rows: Sequence[Any]) -> list[str]:
    """The scores of which some row of synthetic.tsv has a number."""
    return [name for name, score in SCORES.items()
            if any(getattr(row, each.name, None) is not None for row in rows for each in score.columns)]  # fmt: skip


class Paragraph(NamedTuple):
    """A piece of the text, whose citations are written as `[@key]`, and what they cite."""

    title: str
    text: str
    references: Sequence[Reference] = ()
