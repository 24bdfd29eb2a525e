"""Pools that have lost a shard, told from the last line of their index."""

import numpy as np
import pytest

from augury.generators.pools import write_pool
from augury.planning.shards import lost_shard
from augury.tables.rows import SyntheticRow


@pytest.fixture
def index(tmp_path):
    rows = [SyntheticRow(f"{n:06d}", f"shard-{n // 2:06d}.tar", "a", "gan", n, False) for n in range(5)]
    write_pool(tmp_path, (np.zeros((4, 4, 1), np.uint8) for _ in rows), rows, {})
    return tmp_path / "index.tsv"


def test_a_whole_pool_lacks_nothing(index):
    assert lost_shard(str(index)) is None


@pytest.mark.parametrize("number", range(3))
def test_the_first_lost_shard_is_named(index, number):
    path = index.with_name(f"shard-{number:06d}.tar")
    path.unlink()
    assert lost_shard(str(index)) == str(path)


def test_without_an_index_nothing_is_lost(index):
    index.unlink()
    assert lost_shard(str(index)) is None
    index.write_text("name\tshard\tclass\n")
    assert lost_shard(str(index)) is None
