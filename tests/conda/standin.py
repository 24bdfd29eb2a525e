"""What Snakemake calls of conda, for a machine that has none: environments are made, and hold an env file's pins.

Real are Snakemake's own doing, separate Pythons, and what is in an environment; conda's solver and channels are not.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CONDA = """#!{python}
import json, sys
sys.path[:0] = [{root!r}, {scripts!r}]
words = sys.argv[1:]
if words[:1] == ["info"]:
    print(json.dumps({{"conda_prefix": {base!r}, "platform": "linux-64"}}))
elif words[:1] == ["--version"]:
    print("conda 26.7.0")
elif words[:1] == ["config"]:
    print(json.dumps({{"get": {{"channel_priority": "strict"}}}}))
elif words[:1] == ["clean"]:
    pass
elif "create" in words:
    from pathlib import Path
    from tests.environments import link_environment
    link_environment(Path(words[words.index("--prefix") + 1]), Path(words[words.index("--file") + 1]))
else:
    sys.exit("conda stand-in: " + " ".join(words))
"""
ACTIVATE = 'export CONDA_PREFIX="$1"\nexport PATH="$1/bin:$PATH"\n'


def make_conda(base: Path) -> Path:
    """A base folder as conda has it; returns its bin folder, for the front of PATH."""
    folder = base / "bin"
    folder.mkdir(parents=True)
    scripts = str(ROOT / "workflow" / "scripts")
    (folder / "conda").write_text(CONDA.format(python=sys.executable, root=str(ROOT), scripts=scripts, base=str(base)))
    (folder / "conda").chmod(0o755)
    (folder / "activate").write_text(ACTIVATE)
    return folder
