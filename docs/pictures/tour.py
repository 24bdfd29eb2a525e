"""Make the pictures of docs/tour.md from the finished demo, in Debian's Chromium: `make tour`.

The demo is linked into a folder that is removed at the end, so that nothing of it is changed by what is corrected and
made again here. Every command that a picture shows is run, and every key pressed. Writes docs/pictures/tour-*.webp.

    python docs/pictures/tour.py                       # all of them, from results/demo
    python docs/pictures/tour.py --only splits report  # some of them
"""

import argparse
import html
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import ExifTags, Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser import CHROMIUM, WHY_NOT, Page, browser  # noqa: E402

LINKED = ("Snakefile", "workflow", "envs", "profiles")
DESK, PHONE = (1280, 800), (390, 844)
QUALITY = 82
LARGEST = 100_000  # bytes of a picture, so that the page of the tour loads quickly
_HEADER = re.compile(r"\[\d{4}-\d\d-\d\d [\d:]+\] \w+\.py on ")  # of what scripts write
TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #14191e; color: #e4e9ee; font: 14px/1.5 "DejaVu Sans Mono", monospace; }
pre { margin: 0; padding: 16px 20px; white-space: pre-wrap; overflow-wrap: anywhere; }
b { color: #7cc0ee; font-weight: 400; }
</style><pre>%s</pre>"""


class Tour:
    """The folder of the tour, and the page that its pictures are taken of."""

    def __init__(self, folder: Path, page: Page, study: Path) -> None:
        self.folder, self.page, self.study, self.linked = folder, page, study, False
        for name in LINKED:
            (folder / name).symlink_to(ROOT / name)
        # A results folder knows its config and its images by their paths.
        shutil.copytree(ROOT / "config", folder / "config")
        shutil.copytree(ROOT / "resources/demo", folder / "resources/demo", copy_function=os.link)
        self.environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    def link_study(self) -> None:
        """Let results/demo be there as it was made, file by file linked, with what Snakemake knows of it."""
        if not self.linked:
            shutil.rmtree(self.folder / "results", ignore_errors=True)  # what a plan leaves
            shutil.copytree(self.study, self.folder / "results/demo", copy_function=os.link)
            known = self.study.resolve().parents[1] / ".snakemake/metadata"
            shutil.copytree(known, self.folder / ".snakemake/metadata", dirs_exist_ok=True)
            self.linked = True

    def run(self, command: str) -> str:
        """What a command writes, both streams as a terminal shows them."""
        print(f"$ {command}", flush=True)
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
        if done.returncode:
            sys.exit(f"{done.stdout}\n{command}: exit code {done.returncode}")
        return done.stdout

    def terminal(self, name: str, *told: tuple[str, str]) -> None:
        """A picture of commands and what they wrote."""
        text = "\n\n".join(
            f"<b>$ {html.escape(command)}</b>\n{html.escape(written.strip())}" for command, written in told
        )
        path = self.folder / "terminal.html"
        path.write_text(TERMINAL % text, encoding="utf-8")
        self.page.open(path, DESK[0], 200)
        written = "\n".join(line for _, lines in told for line in lines.strip().splitlines())
        self.shoot(name, (DESK[0], self.page.run("document.querySelector('pre').offsetHeight")), written)

    def show(self, name: str, path: Path, size: tuple[int, int] = DESK, keys: str = "", dark: bool = False) -> None:
        """A picture of a page's first screen, after some keys."""
        self.page.open(path, *size, dark)
        for key in keys:
            self.page.press(key)
        self.page.run("scrollTo(0, 0); new Promise(done => setTimeout(done, 300))")
        self.shoot(name, size)

    def shoot(self, name: str, size: tuple[int, int], written: str = "") -> None:
        """Write what is on the screen. written: what it says, kept in the file, so that a test sees what is stale."""
        self.page.send("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1,
                       mobile=size[0] < 600)  # fmt: skip
        path = ROOT / "docs/pictures" / f"tour-{name}.webp"
        exif = Image.Exif()
        if written:
            exif[ExifTags.Base.ImageDescription] = written
        Image.open(io.BytesIO(self.page.picture())).convert("RGB").save(path, quality=QUALITY, method=6, exif=exif)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB", flush=True)
        if path.stat().st_size > LARGEST:
            sys.exit(f"{path.name} is larger than {LARGEST / 1000:.0f} kB: let it show less")


def said(written: str, *by: str) -> str:
    """The lines that begin so, without what Snakemake adds and without where this machine keeps its Python."""
    return "\n".join(line for line in written.splitlines() if line.startswith(by) and not _HEADER.match(line))


def plan(tour: Tour) -> None:
    """Before anything was run."""
    listing = 'for folder in resources/demo/images/*; do echo "$(ls $folder | wc -l) images in $folder"; done'
    command = "snakemake -n --quiet all"
    tour.terminal("plan", (listing, tour.run(listing)), (command, said(tour.run(command), "augury:")))


def progress(tour: Tour) -> None:
    tour.show("progress", tour.study / "progress.html")


def report(tour: Tour) -> None:
    tour.show("report", tour.study / "report.html")
    tour.show("report-phone", tour.study / "report.html", PHONE)


def splits(tour: Tour) -> None:
    tour.link_study()
    tour.run("python workflow/scripts/browse_images.py results/demo --what splits --output splits.html")
    tour.show("splits", tour.folder / "splits.html", keys="jj")


def doubts(tour: Tour) -> None:
    """The audit, the first suggestion accepted, the download, and what it makes again."""
    tour.link_study()
    tour.run("python workflow/scripts/audit_labels.py --config images=resources/demo/images --output doubts.tsv "
             "--page doubts.html")  # fmt: skip
    tour.show("doubts", tour.folder / "doubts.html", keys="y")
    tour.show("doubts-phone", tour.folder / "doubts.html", PHONE)
    tour.page.downloaded(tour.folder, "corrections.tsv", lambda: tour.page.press("d"))
    corrected = "--config 'corrections=[corrections.tsv]'"
    look = "cut -f 1,2,6 corrections.tsv"
    foretold = f"snakemake -n --quiet all {corrected}"
    divided = f"python workflow/scripts/watch_study.py snakemake --cores all {corrected} --until split_class"
    tour.terminal("correction", (look, tour.run(look)), (foretold, said(tour.run(foretold), "augury:")),
                  (divided, said(tour.run(divided), "demo:")))  # fmt: skip


def predictions(tour: Tour) -> None:
    """By a classifier of fold1, of images that it has not seen: the test part of fold1, as if they were new."""
    tour.link_study()
    split = (tour.folder / "results/demo/splits/fold1.tsv").read_text(encoding="utf-8").splitlines()
    header = split[0].split("\t")
    rows = [dict(zip(header, line.split("\t"), strict=True)) for line in split[1:]]
    (tour.folder / "new-images").mkdir()
    for row in rows:
        if row["part"] == "test":
            shutil.copy(tour.folder / row["path"], tour.folder / "new-images")
    tour.run("python workflow/scripts/predict_images.py --classifier results/demo/fold1/classifiers/real/probe/seed0 "
             "--images new-images --output predictions.tsv --page predictions.html")  # fmt: skip
    tour.show("predictions", tour.folder / "predictions.html", keys="jj")


def export(tour: Tour) -> None:
    tour.link_study()
    command = "python workflow/scripts/export_study.py --results results/demo --output demo-export --licence CC-BY-4.0"
    look = "ls -p demo-export"
    tour.terminal("export", (command, said(tour.run(command), "")), (look, tour.run(look)))


STEPS = {step.__name__: step for step in (plan, progress, report, splits, doubts, predictions, export)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=STEPS, metavar="STEP", help=f"of {', '.join(STEPS)}")
    parser.add_argument("--study", type=Path, default=ROOT / "results/demo", help="finished demo")
    args = parser.parse_args()
    if not CHROMIUM:
        sys.exit(WHY_NOT)
    if not args.only and not (args.study / "report.html").exists():
        sys.exit(f"{args.study} is not finished: `make demo`")
    (ROOT / "results").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "results", prefix=".tour-") as folder, \
            browser(Path(folder, "profile")) as page:  # fmt: skip
        tour = Tour(Path(folder), page, args.study)
        for name in (name for name in STEPS if not args.only or name in args.only):
            STEPS[name](tour)


if __name__ == "__main__":
    main()
