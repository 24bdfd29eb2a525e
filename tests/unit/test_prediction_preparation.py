"""What is recorded of how images were prepared."""

import json

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.prediction.preparation import Form, preparation_of, prepare
from augury.settings.reading import read_settings
from augury.study.images import Preparation
from tests.tiffs import page, tiff


def recorded(**given):
    return read_settings(json.dumps(given), Preparation).model_dump()


def test_what_was_recorded_is_read_again():
    preparation = preparation_of({"preparation": recorded(fit="crop", min_size_px=32)}, "classifier.json")
    assert preparation == Preparation(fit="crop", min_size_px=32)


def test_how_files_are_read_travels_with_the_classifier(tmp_path):
    described = recorded(depth16=12, pages=2)
    assert (described["depth16"], described["pages"]) == (12, 2)
    old = {key: value for key, value in described.items() if key != "pages"}  # of a classifier that knew no pages
    assert preparation_of({"preparation": old}, "classifier.json").pages == "refuse"
    black, bright = np.zeros((20, 20), np.uint16), np.full((20, 20), 4095, np.uint16)
    (tmp_path / "stack.tif").write_bytes(tiff([page(black, 1), page(bright, 1)]))
    forms = [Form(16, 1), Form(8, 3)]
    read, small = prepare(tmp_path / "stack.tif", preparation_of({"preparation": described}, "classifier.json"), forms)
    assert (read.shape, small.shape) == ((16, 16, 1), (8, 8, 3))
    assert (read == 255).all()


@pytest.mark.parametrize(
    "text, message",
    [
        ("{", "the settings are no JSON"),
        ('{"fitt": "pad"}', "`fitt` is an unknown key; did you mean `fit`?"),
        ("[1]", "no JSON object"),
        ('{"fit": "squeeze"}', '`fit` is "squeeze"; it must be one of pad, crop, stretch'),
        ('{"background": "nothing"}', '`background` is "nothing"; it must be one of white, black'),
    ],
)
def test_mistakes_are_told(text, message):
    with pytest.raises(UserError) as caught:
        read_settings(text, Preparation)
    assert message in str(caught.value)


def test_a_record_of_other_keys_is_told():
    with pytest.raises(UserError, match="not known here: `squeeze` is an unknown key"):
        preparation_of({"preparation": {"squeeze": 1}}, "classifier.json")
