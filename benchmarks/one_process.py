"""The commands of a study's steps, carried out one after another in this process; for study_clock.py.

Prints, as JSON, each step's script with its seconds of the processor, and what predicting took of it by itself.

    python benchmarks/one_process.py FOLDER COMMANDS.json
"""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    folder, commands = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    sys.path.insert(0, str(folder / "workflow" / "scripts"))
    os.environ |= {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS", "NUMBA")}
    from augury.command.compiler import leave_out_compiler

    leave_out_compiler()
    taken: list[tuple[str, float]] = []
    for command in commands:
        path, *rest = command
        began = time.process_time()
        predicted = call(Path(path), rest)
        taken += [(Path(path).stem, time.process_time() - began - predicted), ("predicting", predicted)]
    print(json.dumps(taken))


def call(path: Path, words: list[str]) -> float:
    """Run a script's main, once for each --next; returns what predicting took of it."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    predicting = Timed()
    if path.stem == "train_classifier":
        from augury.classifiers import model_folder
        from augury.prediction import reference

        predicting.watch(model_folder, "predict_parts")
        predicting.watch(reference, "keep_for_use")
    words = [word for at, word in enumerate(words) if "--log" not in (word, words[at - 1] if at else "")]
    for each in rounds_of(words):
        sys.argv = [str(path), *each]
        module.main()
    predicting.leave()
    return predicting.seconds


def rounds_of(words: list[str]) -> list[list[str]]:
    """The words of each run; a workflow of an earlier commit knows of none but one."""
    try:
        from augury.command.words import rounds, with_words
    except ImportError:
        from augury.command.script import _with_words

        return [_with_words(words)]
    return rounds(with_words(words))


class Timed:
    """Seconds of the processor in some functions of modules."""

    def __init__(self) -> None:
        self.seconds, self.plain = 0.0, []

    def watch(self, module, name: str) -> None:
        plain = getattr(module, name)

        def timed(*args, **options):
            began = time.process_time()
            try:
                return plain(*args, **options)
            finally:
                self.seconds += time.process_time() - began

        self.plain.append((module, name, plain))
        setattr(module, name, timed)

    def leave(self) -> None:
        for module, name, plain in self.plain:
            setattr(module, name, plain)


if __name__ == "__main__":
    main()
