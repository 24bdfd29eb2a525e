"""A study's files: where they lie, and which of them each rule reads."""

from augury.planning.inputs.classifiers import Classifiers
from augury.planning.inputs.data import Data
from augury.planning.inputs.elsewhere import Elsewhere
from augury.planning.inputs.generators import Generators
from augury.planning.inputs.paths import Paths
from augury.planning.inputs.pools import Pools
from augury.planning.inputs.scores import Scores
from augury.planning.inputs.verdict import Verdict
from augury.planning.inputs.weights import Weights
from augury.planning.study import Study
from augury.tables.catalogue import TABLES


class Plan:
    """One part for the rules of each kind."""

    def __init__(self, study: Study, stored: bool = False) -> None:
        """stored: whether files lie in storage, which takes from a job what its rule declares, and nothing else."""
        self.study = study
        self.paths = paths = Paths(study, stored)
        self.data = Data(study, paths)
        self.weights = Weights(study, paths)
        self.generators = Generators(study, paths)
        self.pools = Pools(study, paths, self.generators)
        self.scores = Scores(study, paths, self.generators)
        self.classifiers = Classifiers(study, paths)
        self.elsewhere = Elsewhere(study, paths, self.classifiers)
        self.verdict = Verdict(study, self.classifiers)
        self.tables = [paths.table(name) for name, table in TABLES.items() if table.made(study)]

    @property
    def ranked(self) -> bool:
        """Whether classifiers are judged at every rank of a taxonomy."""
        return self.paths.table("ranks") in self.tables
