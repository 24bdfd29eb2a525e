"""Names that lead out of the project or shadow what the workflow means, and pickles in place of data."""

import os
import pickle

import pytest

from augury.command.errors import UserError
from augury.images.manifest import read_fingerprints
from augury.images.packs import open_pack
from augury.planning.reading import plan_study
from tests.project import draw_classes, small_config


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 2, 3)
    draw_classes(tmp_path / "elsewhere", 2, 3)
    (tmp_path / "images" / "all").symlink_to(tmp_path / "images" / "c00")
    return tmp_path


@pytest.mark.parametrize("name", ["all", "..", ".", "../elsewhere/c00", "c00/../c01", "/etc", "c00\n", "{c00}", ""])
def test_a_class_name_that_is_more_than_a_name_is_refused(project, name):
    study, mistakes = plan_study(small_config(classes=["c00", "c01", name]))
    assert study is None
    assert "cannot be used" in "\n".join(mistakes) or "`classes" in "\n".join(mistakes)


@pytest.mark.parametrize(
    "changes",
    [{"dataset": name} for name in ("..", ".", "../x", "/tmp/x", "x/../../y", "")]
    + [
        {"generators": {"../gan": {"size_px": 16}}},
        {"classifiers": {"/tmp/cnn": {"family": "four_block_cnn"}}},
        {"arms": {"real/..": {}}},
    ],
)
def test_a_name_that_leads_out_of_the_results_is_refused(project, changes):
    study, mistakes = plan_study(small_config(**changes))
    assert study is None
    assert any(f"`{key}" in mistake for mistake in mistakes for key in changes)


class Evil:
    """Makes a file when it is unpickled."""

    def __reduce__(self):
        return os.system, ("touch executed",)


@pytest.mark.parametrize("read, name", [(open_pack, "pack.npy"), (read_fingerprints, "fingerprints.npy")])
def test_a_pickle_in_place_of_an_array_is_not_executed(project, read, name):
    path = project / name
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(UserError, match="cannot be read"):
        read(path)
    assert not (project / "executed").exists()


def test_a_pickle_in_place_of_weights_is_not_executed(project):
    from torch import nn

    from augury.latent.files import load_latents
    from augury.training.weights import load_weights

    for name, read in (("w.safetensors", lambda path: load_weights(path, nn.Linear(1, 1))), ("l", load_latents)):
        (project / name).write_bytes(pickle.dumps(Evil()))
        with pytest.raises(UserError):
            read(project / name)
    assert not (project / "executed").exists()
