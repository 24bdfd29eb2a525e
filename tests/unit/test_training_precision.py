"""The precision that trains faster: measured once, kept, and harmless where it cannot be kept."""

import json
import time

import pytest
import torch
from torch import nn

from augury.training import precision
from augury.training.device import Device

PLACE = Device(torch.device("cpu"), "fp32", 1)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(precision, "cpu_has_bf16", lambda: True)
    return tmp_path / "augury" / "precision.json"


def step_of(slow: str, calls: list | None = None):
    """A step that takes long in one precision and half as long in the other."""

    def step(network: nn.Module) -> torch.Tensor:
        now = "bf16" if torch.is_autocast_enabled("cpu") else "fp32"
        if calls is not None:
            calls.append(now)
        time.sleep(0.12 if now == slow else 0.06)
        return network(torch.ones(1, 2)).sum()

    return step


@pytest.mark.parametrize("slow, chosen", [("fp32", "bf16"), ("bf16", "fp32")])
def test_the_faster_one_is_chosen_and_the_measurement_kept(cache, slow, chosen):
    network, calls = nn.Linear(2, 1), []
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert precision.measured(PLACE, network, step_of(slow, calls), "net").precision == chosen
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert all(weight.grad is None for weight in network.parameters())
    taken = len(calls)
    assert precision.measured(PLACE, network, step_of(slow, calls), "net").precision == chosen
    assert len(calls) == taken
    assert len(json.loads(cache.read_text())) == 1


def test_quick_steps_are_not_worth_a_measurement():
    assert precision.measured(PLACE, nn.Linear(2, 1), lambda net: net(torch.ones(1, 2)).sum(), "net") == PLACE


def test_another_number_of_threads_is_measured_anew(cache):
    for threads in (1, 2):
        precision.measured(Device(torch.device("cpu"), "fp32", threads), nn.Linear(2, 1), step_of("fp32"), "net")
    assert len(json.loads(cache.read_text())) == 2


@pytest.mark.parametrize("content", ["", "no json", "[1]", '{"a": "b"}'])
def test_a_damaged_file_is_not_trusted(cache, content):
    cache.parent.mkdir()
    cache.write_text(content)
    assert precision.measured(PLACE, nn.Linear(2, 1), step_of("fp32"), "net").precision == "bf16"


def test_without_a_place_to_keep_it_nothing_is_lost(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert precision.measured(PLACE, nn.Linear(2, 1), step_of("fp32"), "net").precision == "bf16"


def test_without_bf16_in_the_processor_nothing_is_measured(monkeypatch):
    monkeypatch.setattr(precision, "cpu_has_bf16", lambda: False)
    assert precision.measured(PLACE, nn.Linear(2, 1), lambda net: pytest.fail("measured"), "net") == PLACE
