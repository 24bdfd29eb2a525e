"""What a job costs before its work begins: for every script the seconds of its --help, and of all that it imports.

Imports inside of functions are read from the script's source and count too, for a job meets them; what the modules
import later is not seen. The modules of families, which are imported by name, are those of --families. Seconds are of
the processor, the least of --rounds; the heavy packages that were loaded stand in the last column.

    python benchmarks/overhead.py
    python benchmarks/overhead.py --scripts split_class train_generator --families augury.generators.dcgan.training
"""

import argparse
import ast
import json
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[1] / "workflow" / "scripts"
HEAVY = ("numpy", "PIL", "scipy", "pandas", "sklearn", "matplotlib", "seaborn", "torch", "torchvision", "timm", "umap")
HEAVY += ("pydantic", "yaml", "jinja2", "onnx")
_LOAD = f"""
import json, sys, time
began = time.process_time()
sys.path.insert(0, {str(SCRIPTS)!r})
from augury.command.compiler import leave_out_compiler
leave_out_compiler()  # as scripts do
for line in json.loads(sys.argv[1]):
    exec(line, {{}})
print(json.dumps([time.process_time() - began, [name for name in {HEAVY!r} if name in sys.modules]]))
"""


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--scripts", nargs="+", default=sorted(path.stem for path in SCRIPTS.glob("*.py")))
    made.add_argument("--families", nargs="*", default=[], help="modules to import besides, for each script")
    made.add_argument("--rounds", type=int, default=2)
    made.add_argument(
        "--output", type=Path, default=Path("overhead.tsv"), help="table to write (default: overhead.tsv)"
    )
    args = made.parse_args()
    lines = ["script\thelp_seconds\timport_seconds\theavy"]
    print(lines[0], flush=True)
    for name in args.scripts:
        path = SCRIPTS / f"{name}.py"
        words = [*imports(path), *(f"import {family}" for family in args.families)]
        seconds = [help_seconds(path) for _ in range(args.rounds)]
        loaded = [import_seconds(words) for _ in range(args.rounds)]
        lines.append(f"{name}\t{min(seconds):.2f}\t{min(loaded)[0]:.2f}\t{' '.join(loaded[0][1])}")
        print(lines[-1], flush=True)
    args.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def imports(path: Path) -> list[str]:
    """The import statements of a script, those in its functions included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def help_seconds(path: Path) -> float:
    """Seconds of the processor that `--help` takes, Python's own start included."""
    words = [sys.executable, "-c", _HELP, str(path)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def import_seconds(words: list[str]) -> tuple[float, list[str]]:
    """Seconds of the processor that these imports take, and which heavy packages they load."""
    done = subprocess.run([sys.executable, "-c", _LOAD, json.dumps(words)], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


_HELP = """
import resource, subprocess, sys
subprocess.run([sys.executable, sys.argv[1], "--help"], capture_output=True, check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""


if __name__ == "__main__":
    main()
