"""Pretrained weights that a rule fetches, and which steps read them."""

from dataclasses import dataclass
from typing import Any

from augury.planning.inputs.paths import Paths
from augury.planning.study import Study
from augury.planning.weights import comes_by_rule, extractor_digest, is_known, wanted_weights, weights_digest
from augury.scores.naming import INCEPTION


@dataclass(frozen=True, eq=False)
class Weights:
    """Of the classifier that a job's wildcards name, and of the study's extractors."""

    study: Study
    paths: Paths

    def records(self, wildcards: Any) -> list[str]:
        """What was noted of each fetched architecture."""
        return self._records(self._wanted(wildcards))

    def files(self, wildcards: Any) -> list[str]:
        """Their weights."""
        return self._files(self._wanted(wildcards))

    def digest(self, wildcards: Any) -> str:
        """Changes with all weights that a job begins with."""
        return weights_digest(self.study.config.classifiers[wildcards.classifier])

    def extractor_records(self) -> list[str]:
        """The same of the study's extractors."""
        return self._records(self._extractors())

    def extractor_files(self) -> list[str]:
        """Their weights."""
        return self._files(self._extractors())

    def extractor_digest(self) -> str:
        """Changes with weights of extractors that the user has put there; a package's are a part of the code."""
        digests = {name: extractor_digest(name) for name in self.study.config.extractors}
        return ",".join(sorted(f"{name}={digest}" for name, digest in digests.items() if not is_known(name, digest)))

    def _wanted(self, wildcards: Any) -> list[str]:
        return wanted_weights(self.study.config.classifiers[wildcards.classifier])

    def _extractors(self) -> list[str]:
        return [name for name in self.study.config.extractors if name != INCEPTION]

    # What the user puts there is no input: its content counts by the digest, and no rule may make it anew.

    def _records(self, wanted: list[str]) -> list[str]:
        return [f"{self.paths.weights.format(architecture=name)}.json" for name in wanted if comes_by_rule(name)]

    def _files(self, wanted: list[str]) -> list[str]:
        return [f"{self.paths.weights.format(architecture=name)}.safetensors" for name in wanted if comes_by_rule(name)]
