"""Which files below its folders are a class's, as its index and its pack find them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.command.errors import UserError
from augury.images.index import index_class
from augury.images.packing import Finder
from augury.images.sources import Source, read_source
from augury.study.images import Indexing
from tests.folders import close
from tests.settings import decoding

PLAIN = Indexing(specimens={"near_duplicates": False})


def draw(path: Path, seed: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (20, 20, 3), np.uint8)).save(path)
    return path


def below(folder: Path, paths) -> list[str]:
    return sorted(Path(path).relative_to(folder).as_posix() for path in paths)


def test_the_index_leaves_out_what_is_excluded_and_the_pack_does_not_look_there(tmp_path):
    folder = tmp_path / "A"
    for seed, name in enumerate(("000.png", "000_mask.png", "masks/000.png", "site/001.png", "@eaDir/000.png/T.png")):
        draw(folder / name, seed)
    source = read_source([folder], '{"exclude": ["*_mask.png", "masks"]}')
    indexed = index_class(source, "A", PLAIN)
    assert below(folder, (row.path for row in indexed.rows)) == ["000.png", "site/001.png"]
    assert indexed.quarantine == []
    assert below(folder, (row.path for row in index_class([folder], "A", PLAIN).rows)) == [
        "000.png", "000_mask.png", "masks/000.png", "site/001.png",
    ]  # fmt: skip
    row = next(row for row in indexed.rows if row.path.endswith("001.png"))
    (folder / "masks" / "moved.png").write_bytes(Path(row.path).read_bytes())
    Path(row.path).unlink()
    with pytest.raises(UserError, match="is gone"):
        Finder(source, decoding()).look_for([row])
    Finder([folder], decoding()).look_for([row])


def test_what_cannot_be_listed_or_followed_is_quarantined_by_its_own_name(tmp_path, monkeypatch):
    folder = tmp_path / "A"
    draw(folder / "000.png", 0)
    draw(folder / "closed" / "001.png", 1)
    (folder / "loop").symlink_to("loop")
    (folder / "002.png").symlink_to("/mnt/no/disk/002.png")
    close(monkeypatch, "closed")
    indexed = index_class(Source((folder,)), "A", PLAIN)
    assert below(folder, (row.path for row in indexed.rows)) == ["000.png"]
    assert {Path(row.path).name: row.reason for row in indexed.quarantine} == {
        "closed": "a folder that cannot be listed; mend its permissions",
        "loop": "a link that leads back to itself; mend or remove it",
        "002.png": "a link to /mnt/no/disk/002.png, which is not there; mount its disk, mend or remove the link",
    }


@pytest.mark.parametrize("text", ["{", "[]", '{"exclude": 3}'])
def test_a_text_that_says_no_files(text):
    with pytest.raises(UserError, match="--files"):
        read_source([Path()], text)
