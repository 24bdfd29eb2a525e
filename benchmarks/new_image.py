"""What a new image costs: a whole run of a small study, then one image more in one of its classes and a run again.

The study has a DCGAN a class, the four-block CNN, a real and a synthetic arm, and one split; its images are noise of
20 px. Prints both times, of the clock and of the processor, their share, and the jobs of the second run; fails when a
generator of another class was trained again.

    python benchmarks/new_image.py                    # 16 classes of 20 images, generators of 2,000 images seen
    python benchmarks/new_image.py --classes 4 --kimg 0.1
"""

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path

from many_jobs import CONFIG, draw_image, make_study, snakemake


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--classes", type=int, default=16)
    made.add_argument("--images", type=int, default=20, help="of each class (default: 20)")
    made.add_argument("--kimg", type=float, default=2.0, help="thousands of images that a generator sees")
    made.add_argument("--epochs", type=int, default=20, help="of a classifier (default: 20)")
    made.add_argument("--cores", type=int, default=2)
    args = made.parse_args()
    config = CONFIG | {
        "split": {"validation": 0.2, "test": 0.2},
        "seeds": [0],
        "generator_seeds": [0],
        "generators": {"dcgan": {"size_px": 32, "width": 32, "batch": 16, "duration": args.kimg}},
        "classifiers": {"cnn": {"family": "four_block_cnn", "size_px": 32, "epochs": args.epochs, "batch": 16}},
    }
    options = ("--configfile", "study.yaml")
    with tempfile.TemporaryDirectory() as name:
        folder = make_study(Path(name), args.classes, args.images, config)
        whole = snakemake(folder, *options, cores=args.cores)
        print(f"whole run: {whole.wall:.0f} s, {whole.process:.0f} s of the processor", flush=True)
        trained = [float(path.read_text().split()[10]) for path in folder.rglob("benchmarks/train_generator/**/*.tsv")]
        print(f"training a generator: {min(trained):.0f} to {max(trained):.0f} s", flush=True)
        draw_image(folder / "images" / "c001" / "new.png", args.classes * args.images)
        again = snakemake(folder, *options, cores=args.cores)
        assert snakemake(folder, *options).idle, "a third run finds something to do"
    print(f"one image more: {again.wall:.0f} s, {again.process:.0f} s of the processor")
    print(f"share: {again.wall / whole.wall:.0%} of the clock, {again.process / whole.process:.0%} of the processor")
    for label, run in (("whole run", whole), ("one image more", again)):
        jobs = Counter(re.findall(r"^(?:local)?rule (\w+):$", run.text, re.M))
        print(f"{label}: {sum(jobs.values())} jobs:", ", ".join(f"{count} {rule}" for rule, count in jobs.items()))
    logs = re.findall(r"log: \S*/train_generator/\S*/(c\d+)\.log", again.text)
    assert logs == ["c001"], f"generators of {logs} were trained again"


if __name__ == "__main__":
    main()
