"""Inception-v3 against torch-fidelity's own extraction, with weights that the test makes. No network is needed."""

import io

import numpy as np
import pytest
import torch

from augury.command.errors import UserError
from augury.images.files import file_sha256
from augury.scores.extractors import extract, load_extractor
from augury.scores.naming import INCEPTION, metric_names

inceptionv3 = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")
CPU = torch.device("cpu")


class Untrained(inceptionv3.FeatureExtractorInceptionV3):
    """torch-fidelity's network with its random initialisation: it is given an empty state, and asked to load none."""

    def load_state_dict(self, state_dict, *args, **kwargs):
        assert state_dict == {}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    empty = io.BytesIO()
    torch.save({}, empty)
    empty.seek(0)
    torch.manual_seed(0)
    network = Untrained("x", ["2048"], feature_extractor_weights_path=empty)
    path = tmp_path_factory.mktemp("weights") / f"{INCEPTION}.pth"
    torch.save(network.state_dict(), path)
    return path


def test_features_are_those_of_torch_fidelity_whatever_their_company(weights):
    torch.set_num_threads(1)
    images = np.random.default_rng(0).integers(0, 256, (18, 40, 40, 3), dtype=np.uint8)
    extractor = load_extractor(INCEPTION, weights.parent)
    assert extractor.source == {"source": str(weights), "sha256": file_sha256(weights)}
    features = extract(extractor, images, CPU)
    assert (features.shape, features.dtype) == ((18, 2048), np.float32)
    assert np.array_equal(extract(extractor, images[15:], CPU), features[15:])
    network = inceptionv3.FeatureExtractorInceptionV3("x", ["2048"], feature_extractor_weights_path=str(weights))
    with torch.no_grad():
        (expected,) = network(torch.from_numpy(images[:3]).permute(0, 3, 1, 2))
    assert np.allclose(features[:3], expected, rtol=1e-4, atol=1e-5)


def test_grey_is_rgb_of_one_value_and_an_empty_set_has_no_rows(weights):
    extractor = load_extractor(INCEPTION, weights)
    grey = np.random.default_rng(1).integers(0, 256, (1, 24, 24, 1), dtype=np.uint8)
    assert np.array_equal(extract(extractor, grey, CPU), extract(extractor, grey.repeat(3, axis=3), CPU))
    assert extract(extractor, grey[:0], CPU).shape == (0, 2048)


def test_other_weights_than_the_published_ones_make_no_fid(weights):
    extractor = load_extractor(INCEPTION, weights)
    assert extractor.recorded == f"{INCEPTION} (weights {extractor.source['sha256'][:8]})"
    assert "FID" not in metric_names(extractor.recorded)


class Planted:
    """What a pickle can do: call a function of its maker's choice when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_file_that_is_more_than_tensors_is_refused_and_runs_nothing(tmp_path):
    torch.save({"planted": Planted(str(tmp_path / "ran"))}, tmp_path / f"{INCEPTION}.pth")
    with pytest.raises(UserError, match="does not hold the weights"):
        load_extractor(INCEPTION, tmp_path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("state", [{}, {"Conv2d_1a_3x3.conv.weight": torch.zeros(2)}, [torch.zeros(1)]])
def test_weights_of_another_network_are_refused(tmp_path, state):
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(UserError, match="does not hold the weights"):
        load_extractor(INCEPTION, tmp_path / "other.pth")


def test_a_damaged_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(UserError, match=f"{INCEPTION}.pth is missing"):
        load_extractor(INCEPTION, tmp_path)
    (tmp_path / f"{INCEPTION}.pth").write_bytes(b"not weights")
    with pytest.raises(UserError, match="does not hold the weights"):
        load_extractor(INCEPTION, tmp_path)


def test_weights_that_are_not_finite_are_told(weights, tmp_path):
    state = torch.load(weights, weights_only=True)
    state["Mixed_7c.branch1x1.bn.bias"][0] = float("nan")
    torch.save(state, tmp_path / "nan.pth")
    extractor = load_extractor(INCEPTION, tmp_path / "nan.pth")
    with pytest.raises(UserError, match="not finite"):
        extract(extractor, np.zeros((1, 16, 16, 3), np.uint8), CPU)
