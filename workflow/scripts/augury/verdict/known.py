"""What predictions do not say of their runs."""

import dataclasses
from collections.abc import Collection, Mapping

from augury.verdict import evidence
from augury.verdict.variance import Rule


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """All of it; by default nothing."""

    cautions: Mapping[str, str] = dataclasses.field(default_factory=dict)  # arm -> what its rows repeat
    generators: Mapping[str, Mapping[int, int]] = dataclasses.field(default_factory=dict)  # arm -> seed -> generator's
    trained: float | None = None  # training specimens of a split
    deterministic: Collection[str] = ()  # classifiers in whose training nothing is random: one run per training set
    probes: Collection[str] = ()  # classifiers that are linear on frozen features
    copied: Collection[str] = ()  # arms whose offline copies are random all the same

    def luck(self, arm: str, classifier: str) -> Mapping[int, int]:
        """As evidence.gather takes it."""
        if seeds := self.generators.get(arm):
            return seeds
        return evidence.NONE if classifier in self.deterministic and arm not in self.copied else {}

    def rule(self, rule: Rule, classifier: str) -> Rule:
        """What is allowed for a classifier's trainings."""
        return rule.for_probe() if classifier in self.probes else rule
