"""Keys that stand twice in a config file."""

import pytest

from augury.planning.checks.repeated import repeated_keys


def problems(tmp_path, text):
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return [line.removeprefix(f"{path}, ") for line in repeated_keys([path])]


def test_two_arms_of_one_name_are_told_with_their_lines(tmp_path):
    text = "images: x\narms:\n  real: {}\n  gan: {ratio: 1}\n  gan: {ratio: 2}\nimages: y\n"
    assert problems(tmp_path, text) == [
        "line 5: `arms.gan` stands in line 4 already; rename one of them or take it out",
        "line 6: `images` stands in line 1 already; rename one of them or take it out",
    ]


def test_a_key_that_stands_twice_in_one_line_or_in_a_list_is_told(tmp_path):
    assert len(problems(tmp_path, "arms: {a: {count: 1, count: 2}}")) == 1
    assert len(problems(tmp_path, "published: {deviations: [{a: 1, a: 1}]}")) == 1
    assert len(problems(tmp_path, '{"seeds": [0], "seeds": [1]}')) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "images: x\n",
        "generators:\n  a: &a {size_px: 64, batch: 8}\n  b: {<<: *a, batch: 16}\n  c: *a\n",
        "a: {x: 1}\nb: {x: 1}\n",
        "1: x\n'1': y\n",  # a number and a text: two keys
        "not: [closed",
    ],
)
def test_what_is_no_repetition_is_left_alone(tmp_path, text):
    assert problems(tmp_path, text) == []


def test_every_file_is_read_by_itself(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text("images: x\n")
    assert repeated_keys([tmp_path / "a", tmp_path / "b", tmp_path / "missing"]) == []
