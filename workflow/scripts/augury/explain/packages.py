"""The packages that explanations need and nothing else does."""

import importlib.util

from augury.command.errors import UserError

NEEDED = {"pytorch_grad_cam": "grad-cam", "umap": "umap-learn"}  # import name -> distribution


def check_packages() -> None:
    """Raises UserError in one sentence when a package is missing."""
    missing = [name for module, name in NEEDED.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise UserError(
            f"{' and '.join(missing)} cannot be imported; install the pins of envs/torch.yaml, or set "
            "`explain.images: 0` to leave explanations out"
        )
