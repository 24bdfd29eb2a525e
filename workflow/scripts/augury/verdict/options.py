"""Options of scripts for what a verdict holds to be equal and sure, and which difference they look for.

Those of the config's `statistics` have their ranges and defaults from its model (metrics.options).
"""

import argparse
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from augury.command.errors import UserError
from augury.metrics.options import add_bootstrap
from augury.tables.measures import MEASURES

if TYPE_CHECKING:
    from augury.verdict.known import Known
    from augury.verdict.runs import Side

ABOVE_0 = ("test_to_train", "train_specimens")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Those of judge_arms."""
    parser.add_argument("--margin", type=float, help="difference that does not matter; 0.01 is one point")
    parser.add_argument("--target-difference", type=float, help="gain worth having; 0.05 is five points")
    parser.add_argument("--alpha", type=float, help="how often a word may be wrong")
    parser.add_argument("--power", type=float, help="power of what would settle it")
    parser.add_argument(
        "--test-to-train", type=float,
        help="test specimens over training specimens of a split (default: read off what other splits judge)",
    )  # fmt: skip
    parser.add_argument(
        "--primary-measures", nargs="+", metavar="MEASURE",
        help=f"measures that the study was made for, corrected together, of {', '.join(MEASURES)}",
    )  # fmt: skip
    parser.add_argument("--primary-classifiers", nargs="+", metavar="NAME", help="likewise (default: the first)")
    parser.add_argument("--controls", nargs="+", default=[], metavar="ARM", help="arms that are a family of their own")
    add_known(parser)
    parser.add_argument(
        "--planned-looks", type=int, metavar="N",
        help="how often the study is to be judged while splits are added; the first entry of --looks keeps it",
    )  # fmt: skip
    parser.add_argument(
        "--planned-splits", type=int, metavar="N",
        help="splits at the last of these looks (default: as many for each look as there are at the first)",
    )  # fmt: skip
    add_variance(parser)


def add_variance(parser: argparse.ArgumentParser) -> None:
    """What is allowed for other training sets, and the bootstrap."""
    parser.add_argument(
        "--training-set-variance", type=_variance,
        help="of the gain between training sets, in units of one specimen's variance over their size; 0 judges these "
        "training sets alone; auto: 0.2 of probes, 0.5 of others (default)",
    )  # fmt: skip
    add_bootstrap(parser)


def add_known(parser: argparse.ArgumentParser) -> None:
    """What predictions do not say of their runs."""
    parser.add_argument(
        "--caution", nargs=2, action="append", default=[], metavar=("ARM", "TEXT"), help="what the verdict repeats"
    )
    parser.add_argument(
        "--generator-seeds", nargs="+", action="append", default=[], metavar="WORD",
        help="an arm and, for each seed, that of its generator, as in: dcgan 0=0 1=0 2=0",
    )  # fmt: skip
    parser.add_argument(
        "--deterministic", nargs="*", metavar="CLASSIFIER",
        help="classifiers in whose training nothing is random: one run of a training set is enough, and stands for "
        "other seeds; without a name, that of predictions from elsewhere; those of the workflow say it themselves",
    )  # fmt: skip
    parser.add_argument(
        "--probes", nargs="*", metavar="CLASSIFIER",
        help="classifiers that are linear on frozen features, whose gains vary less between trainings; without a name, "
        "that of predictions from elsewhere; those of the workflow say it themselves",
    )  # fmt: skip
    parser.add_argument(
        "--copied", nargs="+", default=[], metavar="ARM",
        help="arms whose offline copies are random all the same; those of the workflow say it themselves",
    )  # fmt: skip
    parser.add_argument(
        "--train-specimens", type=float,
        help="training specimens of a split (default: as classifier.json says, or what other splits judge)",
    )  # fmt: skip


def known(args: argparse.Namespace, sides: Iterable["Side"]) -> "Known":
    """The same, and what the files of these runs say. Raises UserError for a word that says no seeds."""
    from augury.verdict.known import Known
    from augury.verdict.recorded import with_recorded

    generators = {arm: dict(map(_seeds, words)) for arm, *words in args.generator_seeds}
    named = {name: _classifiers(getattr(args, name)) for name in ("deterministic", "probes")}
    given = Known(dict(args.caution), generators, args.train_specimens, copied=args.copied, **named)
    return with_recorded(given, sides)


def _classifiers(given: list[str] | None) -> Sequence[str]:
    return () if given is None else given or ("",)


def _variance(word: str) -> float | str:
    return word if word == "auto" else float(word)


def _seeds(word: str) -> tuple[int, int]:
    seed, equals, of_generator = word.partition("=")
    if not (equals and seed.isdecimal() and of_generator.isdecimal()):
        raise UserError(f"--generator-seeds has '{word}'; write SEED=SEED, as in 1=0")
    return int(seed), int(of_generator)


def check(args: argparse.Namespace) -> None:
    """Raises UserError for a value that has no meaning."""
    if (getattr(args, "planned_splits", None) or 1) < 1:
        raise UserError("--planned-splits must be at least 1")
    for name in ABOVE_0:
        if (value := getattr(args, name, None)) is not None and not 0 < value < math.inf:
            raise UserError(f"--{name.replace('_', '-')} is {value}; it must be above 0")


def add_sides(parser: argparse.ArgumentParser) -> None:
    """The baselines, and the arms that are compared with each."""
    parser.add_argument(
        "--baseline", type=Path, nargs="+", required=True, dest="sides", default=[], action=Sides,
        help="folders or predictions of the baseline of all arms that follow, up to the next --baseline",
    )  # fmt: skip
    parser.add_argument(
        "--arm", type=Path, nargs="+", dest="sides", action=Sides, help="the same of an arm; once for each arm"
    )


def comparisons(args: argparse.Namespace) -> list[tuple["Side", "Side"]]:
    """Each arm behind its baseline. Raises UserError as `find_side` does, and where names do not tell arms apart."""
    from augury.verdict.runs import check_names, find_side

    made = []
    for option, sources in args.sides:
        if option == "--baseline":
            baseline = find_side(sources)
        else:
            made.append((baseline, find_side(sources)))
    check_names(made)
    return made


class Sides(argparse.Action):
    """Keeps --baseline and --arm in the order in which they stand."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        given = getattr(namespace, self.dest)
        if not given and option_string != "--baseline":
            parser.error(f"{option_string} stands before its --baseline; name the baseline first")
        setattr(namespace, self.dest, [*given, (option_string, values)])
