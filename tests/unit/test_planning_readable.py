"""Config files that cannot be read: the file, the line and the remedy in one sentence."""

import pytest

from augury.planning.checks.readable import unreadable

WRONG = [
    (b"images: a\nsplit:\n\tfolds: 3\n", "line 3, is no YAML", "not with a tab"),
    (b"images: a\n  folds: 3\n", "line 2, is no YAML", "check indentation"),
    (b"images: a\narms: {real: {}\n", "line 3, is no YAML", "brackets"),
    (b"images: a\nb: *c\n", "line 2, is no YAML", "quotes"),
    ("images: a\ndataset: K\u00e4fer\n".encode("latin-1"), "line 2, has a letter in another encoding", "as UTF-8"),
    (b"", "has no keys at its top level", "`images: FOLDER`"),
    (b"- images\n", "has no keys at its top level", "`images: FOLDER`"),
    (b"images: \x00\n", "is no YAML", "mend it"),
]


@pytest.mark.parametrize("content, said, remedy", WRONG)
def test_what_cannot_be_read_is_told_with_its_line(content, said, remedy, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_bytes(content)
    sentence = unreadable(path)
    assert sentence.startswith(f"{path}")
    assert said in sentence
    assert remedy in sentence
    assert "\n" not in sentence


def test_a_config_as_others_write_it_can_be_read(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("\ufeffimages: K\u00e4fer\r\narms: {real: {}}\r\n", encoding="utf-8")
    assert unreadable(path) is None
    path.write_text('{"images": "a"}')
    assert unreadable(path) is None


def test_a_file_that_is_missing_is_named(tmp_path):
    assert unreadable(tmp_path / "no.yaml") == f"there is no config file {tmp_path}/no.yaml; name one that is there"
