"""config/studies/cifar10.yaml under config/smoke.yaml, in minutes: from binary files to the report."""

import numpy as np
import pytest

from augury.datasets import cifar10
from tests.project import Project, table
from tests.scripts.in_process import call

NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


@pytest.mark.slow
def test_the_cifar10_study_runs_when_it_is_shrunk(tmp_path):
    project = Project(tmp_path, {})
    batches = tmp_path / "cifar-10-batches-bin"
    batches.mkdir()
    (batches / cifar10.NAMES).write_text("\n".join(NAMES) + "\n")
    random = np.random.default_rng(0)
    for file in [*cifar10.PARTS["train"], *cifar10.PARTS["test"]]:
        labels = np.repeat(np.arange(10), 3)
        pixels = random.integers(0, 256, (len(labels), cifar10.RECORD_BYTES - 1), dtype=np.uint8)
        (batches / file).write_bytes(np.column_stack([labels.astype(np.uint8), pixels]).tobytes())
    call("unpack_cifar10", ["--batches", batches, "--output", tmp_path / "resources" / "cifar10"])
    project.run_plain("--configfile", "config/studies/cifar10.yaml", "config/smoke.yaml")
    rows = table(tmp_path / "results" / "smoke" / "tables" / "models.tsv")
    assert len(rows) == 9 * 4
    assert {row["part"] for row in rows} == {"test"}
    assert {row["architecture"] for row in rows} == {"lenet5", "alexnet", "resnet18", "googlenet"}
    assert all(float(row["accuracy_low"]) <= float(row["accuracy"]) <= float(row["accuracy_high"]) for row in rows)
    assert (tmp_path / "results" / "smoke" / "report.html").exists()
