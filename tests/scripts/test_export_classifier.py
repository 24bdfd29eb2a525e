"""export_classifier from the command line: the file alone says what predict_images says of the same pixels."""

import json

import numpy as np
import onnxruntime

from augury.images.packs import open_pack
from augury.metrics.temperature import at_temperature
from augury.prediction.export import INPUT, OUTPUT
from augury.study.images import Preparation
from augury.tables.predictions import read_predictions
from tests.scripts.in_process import call
from tests.trained import PREPARATION, train


def test_an_exported_classifier_says_what_the_study_says_calibrated(tmp_path):
    trained, output = train(tmp_path / "study"), tmp_path / "classifier.onnx"
    call("export_classifier", ["--classifier", trained, "--output", output, "--threads", 1])
    session = onnxruntime.InferenceSession(output, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    assert Preparation.model_validate(json.loads(about["preparation"])) == PREPARATION
    assert json.loads(about["classes"]) == ["c00", "c01", "c02"]
    packs = [open_pack(tmp_path / "study/packs" / f"{name}.npy") for name in ("c00", "c01", "c02")]
    images = {sha256: image for pixels, sha256s in packs for image, sha256 in zip(pixels, sha256s, strict=True)}
    judged = read_predictions(trained / "predictions.tsv")
    pixels = np.stack([images[sha256] for sha256 in judged.sha256]).transpose(0, 3, 1, 2)
    (made,) = session.run([OUTPUT], {INPUT: pixels})
    temperature = json.loads((trained / "classifier.json").read_text())["calibration"]["temperature"]
    np.testing.assert_allclose(made, at_temperature(judged.probabilities, temperature), atol=1e-4)
