"""What a plan for a cluster says of limits: of trainings that would never end, of a profile that is replaced."""

from types import SimpleNamespace

import pytest

from augury.planning.checks import cluster

TRAININGS = {("train_generator", "gan"): (16, 90 * 3600.0), ("train_classifier", "real", "cnn"): (5, 7200.0)}


def engine(on_cluster=True, stores=False, **limits):
    return SimpleNamespace(on_cluster=on_cluster, stores=stores, limit=limits.get)


def test_in_storage_a_training_longer_than_a_job_is_told():
    costs = SimpleNamespace(kinds=TRAININGS, source="a guess before the first training")
    [said] = cluster.storage_remarks(engine(stores=True, runtime=1440), costs)
    assert said.startswith("train_generator gan takes about 4 days (a guess before the first training) where a job")
    assert "24 h at most" in said
    assert "raise `runtime`" in said


@pytest.mark.parametrize(
    "somewhere",
    [
        engine(stores=True, runtime=6000),
        engine(stores=True),
        engine(runtime=1440),
        engine(on_cluster=False, stores=True, runtime=1440),
    ],
    ids=["long enough", "no limit", "state that is found again", "no jobs"],
)
def test_elsewhere_nothing_is_said_of_long_trainings(somewhere):
    costs = SimpleNamespace(kinds=TRAININGS, source="a guess")
    assert cluster.storage_remarks(somewhere, costs) == []
