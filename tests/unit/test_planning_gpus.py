"""Generators that several GPUs shall train: what a plan says of it, and what a job asks for."""

import dataclasses
from types import SimpleNamespace

import pytest

from augury.planning.checks import gpus
from augury.planning.forecast.resources import NETWORKS_MB
from augury.planning.reading import plan_study
from tests.unit.test_planning_resources import JOB, needs


@dataclasses.dataclass
class Somewhere:
    """Where a plan is made, as far as GPUs are asked after."""

    on_cluster: bool = False
    gpu: int | None = None

    def limit(self, resource):
        return getattr(self, resource)


def mistakes(**generator):
    made = {"images": "none", "generators": {"g": generator}, "arms": {"gan": {"generator": "g", "ratio": 1}}}
    return [each for each in plan_study(made)[1] if each.startswith("`generators.g")]


def test_a_batch_that_gpus_cannot_share_is_a_mistake():
    style, edm = {"family": "stylegan2", "batch": 32}, {"family": "diffusion", "batch": 32}
    assert mistakes(**style, gpus=4) == []
    assert mistakes(**edm, gpus=4) == []
    assert "30 images evenly" in mistakes(family="stylegan2", batch=30, gpus=4)[0]
    # Eight groups of four images, and sixteen images of path length regularisation.
    assert "the 8 groups of the minibatch standard deviation" in mistakes(**style, gpus=16)[0]
    assert "the 8 images of path length" in mistakes(**style, gpus=16, mbstd_group_size=1, pl_batch_shrink=4)[0]
    assert mistakes(**style, gpus=16, mbstd_group_size=1, pl_weight=0) == []
    # Dropout is drawn for each part of a batch.
    assert "set it to 8 or a divisor of that" in mistakes(**edm, gpus=4, dropout=0.1)[0]
    assert mistakes(**edm, gpus=4, dropout=0.1, micro_batch=8) == []
    assert mistakes(**edm, gpus=3, dropout=0.1)[0].startswith("`generators.g.gpus`: 3 GPUs cannot share a batch of 32")


@pytest.mark.parametrize("family", ["dcgan", "projected"])
def test_families_that_are_not_shared_say_so(family):
    (said,) = mistakes(family=family, gpus=2)
    assert said == (
        f"`generators.g.gpus`: 2 GPUs cannot share a training of {family} (only diffusion, stylegan2); set it to 1"
    )


def test_a_device_that_is_one_gpu_is_no_place_for_two():
    assert "cuda:1 is one GPU where `gpus` asks for 2" in mistakes(family="diffusion", gpus=2, device="cuda:1")[0]


def test_gpus_that_are_not_here_are_said_in_a_sentence(tmp_path, monkeypatch):
    study = needs(tmp_path, family="stylegan2", generator={"gpus": 4}).study
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    (said,) = gpus.gpu_problems(study, Somewhere())
    assert said.startswith("`generators.g.gpus` asks for 4 GPUs, and no CUDA device can be used here; set `gpus: 1`")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,2")
    assert "and 2 CUDA devices can be used here" in gpus.gpu_problems(study, Somewhere())[0]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1,2,3")
    assert gpus.gpu_problems(study, Somewhere(gpu=1)) == [
        "`generators.g.gpus` asks for 4 GPUs, and steps may take 1 at a time; start with --resources gpu=4"
    ]
    assert gpus.gpu_problems(study, Somewhere(gpu=4)) == []
    # The nodes of a cluster know theirs, and processes of the CPU need none.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert gpus.gpu_problems(study, Somewhere(on_cluster=True)) == []
    on_cpu = needs(tmp_path, family="stylegan2", generator={"gpus": 4, "device": "cpu"}).study
    assert gpus.gpu_problems(on_cpu, Somewhere()) == []


def test_steps_that_take_turns_on_a_gpu_are_told_of_mps(tmp_path, monkeypatch):
    study = needs(tmp_path, family="stylegan2", generator={"device": "cuda"}).study
    study = dataclasses.replace(study, config=study.config.model_copy(update={"device": "cuda"}))
    monkeypatch.setenv("CUDA_MPS_PIPE_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    (said,) = gpus.gpu_remarks(study, Somewhere(gpu=16))
    assert said.startswith("16 steps at a time share one GPU, where they take turns; NVIDIA's MPS lets them compute")
    for quiet in (Somewhere(gpu=1), Somewhere(), Somewhere(on_cluster=True, gpu=16)):
        assert gpus.gpu_remarks(study, quiet) == []
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    assert "share 2 GPUs, where" in gpus.gpu_remarks(study, Somewhere(gpu=16))[0]
    (tmp_path / "control").touch()
    assert gpus.gpu_remarks(study, Somewhere(gpu=16)) == []


def test_their_number_changes_what_a_job_asks_for_and_nothing_of_the_result(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    one, four = (needs(tmp_path, family="stylegan2", generator={"gpus": number}) for number in (1, 4))
    assert one.study.settings("generators", "g") == four.study.settings("generators", "g")
    assert one.generator_mb(JOB) + 3 * NETWORKS_MB < four.generator_mb(JOB) < 4 * one.generator_mb(JOB)
    assert (four.study.gpus("g"), four.study.needs_gpu("generators", "g")) == (4, 0)
    # Four are taken to be 2.5 times as fast as one, of which a job is given half an hour on top.
    assert four.generator_seconds("g", "a") == pytest.approx(one.generator_seconds("g", "a") / 2.5)
    assert four.generator_minutes(JOB) - 30 == pytest.approx((one.generator_minutes(JOB) - 30) / 2.5)
    there = needs(tmp_path, family="stylegan2", generator={"gpus": 4, "device": "cuda"}).study
    assert there.needs_gpu("generators", "g") == 4
    copier = SimpleNamespace(generators={"c": SimpleNamespace()})
    assert type(there).gpus(SimpleNamespace(config=copier), "c") == 1
