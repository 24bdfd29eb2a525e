"""Files that carry their own checksum."""

import hashlib
import json
import random

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save, save_file

from augury.command import seals
from augury.command.errors import UserError
from augury.images.arrays import save_array, write_array
from augury.images.bound import check_bound, identity_of
from augury.latent.files import Latents, load_latents, save_latents
from augury.tables.description import read_description, save_description
from augury.training.weights import load_weights, save_weights

ZEROS = b"0" * 64


def write_page(path):
    path.write_bytes(seals.sealed(b"<svg></svg>\n" + seals.COMMENT.encode()))


def write_latents(path):
    save_latents(path, Latents(torch.zeros(2, 3), torch.zeros(2, dtype=torch.int64), [None, 1], "w"))


WRITERS = {
    "x.npy": lambda path: save_array(path, np.arange(12.0, dtype=np.float32).reshape(3, 4), identity_of("abc")),
    "pack.npy": lambda path: write_array(path, (2, 2), [np.ones((1, 2), np.uint8)] * 2),
    "x.safetensors": lambda path: save_weights(path, torch.nn.Linear(3, 2)),
    "latents.safetensors": write_latents,
    "x.json": lambda path: save_description(path, {"b": 1, "a": {"d": "é", "c": 2.5}}),
    "x.svg": write_page,
}


@pytest.fixture(params=WRITERS)
def path(request, tmp_path):
    WRITERS[request.param](tmp_path / request.param)
    return tmp_path / request.param


def test_the_seal_is_the_digest_of_the_file_with_zeros_in_its_place(path):
    content, digits = path.read_bytes(), seals.seal_of(path)
    assert content.count(digits.encode()) == 1
    assert digits == hashlib.sha256(content.replace(digits.encode(), ZEROS)).hexdigest()
    assert seals.is_whole(path) is True
    assert seals.check(path) == digits


def test_any_flipped_byte_is_found(path):
    whole, random_bits = path.read_bytes(), random.Random(0)
    for offset in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[offset] ^= 1 << random_bits.randrange(8)
        path.write_bytes(spoilt)
        assert seals.is_whole(path) is False, offset


def test_a_file_that_was_changed_since_it_was_checked_is_checked_again(path):
    seals.check(path)
    path.write_bytes(path.read_bytes().replace(b"a", b"b").replace(b"0", b"1"))
    with pytest.raises(UserError, match=r"is damaged: its content does not fit its checksum; remove it and run again"):
        seals.check(path)


def test_other_readers_pass_over_a_seal(tmp_path):
    for name, write in WRITERS.items():
        write(tmp_path / name)
    assert np.array_equal(np.load(tmp_path / "x.npy"), np.arange(12.0, dtype=np.float32).reshape(3, 4))
    assert np.load(tmp_path / "x.npy", mmap_mode="r").shape == (3, 4)
    assert load_file(tmp_path / "x.safetensors")["weight"].shape == (2, 3)
    assert json.loads((tmp_path / "x.json").read_text())["a"] == {"c": 2.5, "d": "é"}
    assert load_latents(tmp_path / "latents.safetensors").space == "w"


def test_files_of_older_versions_have_no_seal_and_are_read(tmp_path):
    network = torch.nn.Linear(3, 2)
    save_file(network.state_dict(), tmp_path / "x.safetensors")
    load_weights(tmp_path / "x.safetensors", torch.nn.Linear(3, 2))
    (tmp_path / "x.json").write_text('{"a": 1}')
    assert read_description(tmp_path / "x.json") == {"a": 1}
    np.save(tmp_path / "x.npy", np.zeros((2, 600)))
    for name in ("x.safetensors", "x.json", "x.npy"):
        assert seals.is_whole(tmp_path / name) is None
        assert seals.check(tmp_path / name) is None
    check_bound(tmp_path / "x.npy", ["a", "b"], "x.tsv", "mend it")


def test_sealed_tensors_are_the_same_bytes_each_time_and_keep_what_they_said(tmp_path):
    content = save({"b": torch.ones(3), "a": torch.zeros(2, dtype=torch.int64)}, metadata={"space": "z"})
    for name in ("one", "other"):
        seals.write_tensors(tmp_path / name, content)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    tensors = load_file(tmp_path / "one")
    assert torch.equal(tensors["b"], torch.ones(3))
    assert torch.equal(tensors["a"], torch.zeros(2, dtype=torch.int64))


def test_damaged_weights_are_not_loaded(tmp_path):
    path = tmp_path / "x.safetensors"
    save_weights(path, torch.nn.Linear(3, 2))
    content = bytearray(path.read_bytes())
    content[-3] ^= 0x40
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"x.safetensors is damaged: .*; remove it and train it again"):
        load_weights(path, torch.nn.Linear(3, 2))


def test_a_changed_description_says_how_to_mean_it(tmp_path):
    save_description(tmp_path / "x.json", {"leaked": False})
    (tmp_path / "x.json").write_text((tmp_path / "x.json").read_text().replace("false", "true"))
    with pytest.raises(UserError, match="or take `seal` out of it where a change was meant"):
        read_description(tmp_path / "x.json")
    changed = json.loads((tmp_path / "x.json").read_text())
    del changed["seal"]
    (tmp_path / "x.json").write_text(json.dumps(changed))
    assert read_description(tmp_path / "x.json") == {"leaked": True}


def test_an_array_of_other_images_is_refused(tmp_path):
    save_array(tmp_path / "x.npy", np.zeros((3, 4)), identity_of("abc"))
    check_bound(tmp_path / "x.npy", "abc", "x.tsv", "mend it")
    with pytest.raises(UserError, match=r"x.npy is of other images than x.tsv lists; mend it"):
        check_bound(tmp_path / "x.npy", "abd", "x.tsv", "mend it")
    save_array(tmp_path / "y.npy", np.zeros((3, 4)))
    check_bound(tmp_path / "y.npy", "abd", "x.tsv", "mend it")
