"""What planning costs: a rerun in which nothing is to be done, beside a plain Snakefile of the same shape."""

import tempfile
from pathlib import Path

from comparison import Comparison
from many_jobs import make_done, make_plain, make_study, many, snakemake

CLASSES, IMAGES, FOLDS, SEEDS = 16, 10, 5, 23
OPTIONS = ("--configfile", "study.yaml")


def noop_dag() -> Comparison:
    """16 classes, 5 folds and 23 seeds: 1,840 generators, 1,840 pools, 230 classifiers and what belongs to them."""
    study = make_study(Path(tempfile.mkdtemp()), CLASSES, IMAGES, many(FOLDS, SEEDS))
    plain = make_plain(Path(tempfile.mkdtemp()), CLASSES, FOLDS, SEEDS)
    make_done(study, *OPTIONS)
    make_done(plain)

    def both_idle() -> None:
        assert snakemake(study, *OPTIONS).idle
        assert snakemake(plain).idle

    jobs = snakemake(study, "--dry-run", "--forceall", "--quiet", "rules", *OPTIONS).jobs
    return Comparison(
        f"Snakemake's own, {jobs} jobs",
        "seconds",
        lambda: snakemake(study, *OPTIONS),
        lambda: snakemake(plain),
        both_idle,
        rounds=3,
        clock=_process_seconds,
    )


def _process_seconds() -> float:
    """Seconds of the processor that ended runs took: the clock would measure what else the machine does."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
