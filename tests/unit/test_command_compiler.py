"""torch's compiler is left out of scripts, and is there for what asks for it."""

import subprocess
import sys

import pytest

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
assert weight.tolist() == [0.75, 0.75]
assert "torch._dynamo.eval_frame" not in sys.modules
"""
ASKED = {
    "a submodule": "import torch._dynamo.config as config; assert config is torch._dynamo.config",
    "a name": "from torch._dynamo import list_backends; assert list_backends()",
    "its use": "assert torch.compile(lambda x: 2 * x, backend='eager')(weight).tolist() == [1.5, 1.5]",
}


@pytest.mark.parametrize("line", ASKED.values(), ids=ASKED)
def test_an_optimiser_does_without_and_what_asks_gets_it_whole(line):
    code = f"{TRAINED}\n{line}\nassert sys.modules['torch._dynamo.eval_frame'] is torch._dynamo.eval_frame"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
