"""What is recorded of how images were prepared."""

from dataclasses import asdict

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.prediction.preparation import Preparation, preparation_of, prepare, read_preparation
from tests.settings import study
from tests.tiffs import page, tiff


def test_defaults_by_hand_are_those_of_the_schema():
    assert asdict(Preparation()) == study().preparation.model_dump()
    assert read_preparation("{}", "rgb") == asdict(Preparation())


def test_what_was_recorded_is_read_again():
    recorded = read_preparation('{"fit": "crop", "min_size_px": 32}', "grey")
    assert preparation_of({"preparation": recorded}, "classifier.json") == Preparation(fit="crop", min_size_px=32)


def test_how_files_are_read_travels_with_the_classifier(tmp_path):
    recorded = read_preparation('{"depth16": 12, "pages": 2}', "grey")
    assert (recorded["depth16"], recorded["pages"]) == (12, 2)
    old = {key: value for key, value in recorded.items() if key != "pages"}  # of a classifier that knew no pages
    assert preparation_of({"preparation": old}, "classifier.json").decoding().pages == "refuse"
    black, bright = np.zeros((20, 20), np.uint16), np.full((20, 20), 4095, np.uint16)
    (tmp_path / "stack.tif").write_bytes(tiff([page(black, 1), page(bright, 1)]))
    read = prepare(tmp_path / "stack.tif", preparation_of({"preparation": recorded}, "classifier.json"), 16, "grey")
    assert (read == 255).all()


@pytest.mark.parametrize(
    "text, told",
    [
        ("{", "--preparation is not JSON"),
        ('{"fitt": "pad"}', "must be a JSON object with keys of background, centre, depth16, fit"),
        ("[1]", "must be a JSON object"),
        ('{"fit": "squeeze"}', "fit is 'squeeze'"),
        ('{"background": "nothing"}', "background is 'nothing'"),
    ],
)
def test_mistakes_are_told(text, told):
    with pytest.raises(UserError, match=told):
        read_preparation(text, "rgb")


def test_a_record_of_other_keys_is_told():
    with pytest.raises(UserError, match="not known here: squeeze"):
        preparation_of({"preparation": {"squeeze": 1}}, "classifier.json")
