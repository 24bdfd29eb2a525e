"""torch's compiler and shapes without numbers are left out of scripts, and are there for what asks for them."""

import subprocess
import sys

from tests.faults.forked import SCRIPTS

TRAINED = """
import sys
from augury.command import script
script.start(script.parser(""))
import timm, torch, torchvision
weight = torch.nn.Parameter(torch.ones(2))
optimiser = torch.optim.Adam([weight], lr=0.25)
weight.sum().backward()
optimiser.step()
optimiser.zero_grad()
assert torch.rand(2, generator=torch.Generator().manual_seed(0)).shape == (2,)
assert weight.tolist() == [0.75, 0.75]
assert "torch._dynamo.eval_frame" not in sys.modules
assert not vars(sys.modules["torch._meta_registrations"]).keys() & {"meta_conv", "activate_meta"}
"""
ASKED = (
    "import torch._dynamo.config as config; assert config is torch._dynamo.config",
    "from torch._dynamo import list_backends; assert list_backends()",
    "assert torch.compile(lambda x: 2 * x, backend='eager')(weight).tolist() == [1.5, 1.5]",
)


def test_an_optimiser_does_without_and_what_asks_gets_it_whole():
    """Asked for by a submodule, by a name and by its use, in a process each that has it not yet."""
    code = f"""{TRAINED}
import os
for line in {ASKED}:
    if os.fork() == 0:
        exec(line)
        assert sys.modules["torch._dynamo.eval_frame"] is torch._dynamo.eval_frame
        print("whole", flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, line
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-len(ASKED) :] == ["whole"] * len(ASKED)  # below the header


def test_shapes_without_numbers_pass_through_a_network_once_they_are_asked_for():
    code = f"""{TRAINED}
network = torch.nn.Conv2d(3, 8, 3, device="meta")
images = torch.zeros(2, 3, 8, 8, device="meta")
try:
    network(images)
except NotImplementedError:
    pass
else:
    raise AssertionError("they are known already")
from augury.command.compiler import know_shapes
know_shapes()
know_shapes()
assert network(images).shape == (2, 8, 6, 6)
assert "torch._dynamo.eval_frame" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
