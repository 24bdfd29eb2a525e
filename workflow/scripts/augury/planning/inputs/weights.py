"""Pretrained weights that a rule fetches, and which steps read them."""

from dataclasses import dataclass
from typing import Any

from augury.planning.inputs.paths import Paths
from augury.planning.study import Study
from augury.planning.weights import comes_by_rule, extractor_digest, wanted_weights, weights_digest
from augury.scores.naming import INCEPTION


@dataclass(frozen=True, eq=False)
class Weights:
    """Of the classifier or the extractor that a job's wildcards name."""

    study: Study
    paths: Paths

    def records(self, wildcards: Any) -> list[str]:
        """What was noted of each fetched architecture."""
        return [f"{self.paths.weights.format(architecture=name)}.json" for name in self._fetched(wildcards)]

    def files(self, wildcards: Any) -> list[str]:
        """Their weights."""
        return [f"{self.paths.weights.format(architecture=name)}.safetensors" for name in self._fetched(wildcards)]

    def digest(self, wildcards: Any) -> str:
        """Changes with all weights that a job begins with."""
        if extractor := getattr(wildcards, "extractor", None):
            return extractor_digest(extractor)
        return weights_digest(self.study.config.classifiers[wildcards.classifier])

    def _fetched(self, wildcards: Any) -> list[str]:
        # What the user puts there is no input: its content counts by the digest, and no rule may make it anew.
        if extractor := getattr(wildcards, "extractor", None):
            wanted = [extractor] if extractor != INCEPTION else []
        else:
            wanted = wanted_weights(self.study.config.classifiers[wildcards.classifier])
        return [name for name in wanted if comes_by_rule(name)]
