"""Which tables does the audit accuse? Honest ones of many shapes, and forged ones of eight kinds.

Prints how many honest tables were called impossible, or were said not to fit an assumption that holds for them; then
the share of forged tables in which something is impossible, or does not fit an assumption that held before the forgery.
Forged are tables of one run: without n, with n, and with n and what --single-run and --rounding nearest say.

    python benchmarks/audit_tables.py --figure audit_tables.svg
"""

import argparse
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from printed import honest
from printed.forged import FORGERIES, NEEDS_N
from printed.matrices import NEAREST, Table

from augury.published.audit.findings import audit
from augury.published.audit.hypotheses import Known, Reading
from augury.published.audit.printed import read_printed
from augury.tables.audit import CONDITIONAL, IMPOSSIBLE, FindingRow

# What must be true of a table for an assumption on rounding to hold; the words are those of hypotheses.Tier.
ROUNDING = {
    "numbers are rounded once, all ties the same way": {"once", "runs whole", "one way"},
    "numbers are rounded once, to the nearest": {"once", "runs whole", "nearest"},
    "numbers are rounded once, all by one rule": {"once", "runs whole", "one rule"},
    "numbers are rounded once": {"once", "runs whole"},
}
SETTINGS = {  # name: whether n is printed, and what is known
    "without n": (False, Known()),
    "with n": (True, Known()),
    "with n, one run": (True, Known(True, "nearest")),
}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--honest", type=int, default=2000, help="honest tables")
    made.add_argument("--forged", type=int, default=300, help="forged tables of each kind and setting")
    made.add_argument("--figure", type=Path, help="SVG or PNG to write")
    args = made.parse_args()
    accused = [accusations(honest(np.random.default_rng(seed))) for seed in range(args.honest)]
    print(f"{args.honest} honest tables: {sum(map(bool, accused))} accused")
    print("\nforgery\tsetting\ttables\timpossible\tdoes not fit\tstandard error of both")
    shares_of = {}
    for kind, forge in FORGERIES.items():
        for setting, (sized, known) in SETTINGS.items():
            if kind not in NEEDS_N or sized:
                shares = shares_of[kind, setting] = caught(forge, sized, known, args.forged)
                error = np.sqrt(sum(shares) * (1 - sum(shares)) / args.forged)
                print(f"{kind}\t{setting}\t{args.forged}\t{shares[0]:.3f}\t{shares[1]:.3f}\t{error:.3f}", flush=True)
    if args.figure:
        draw(shares_of, sum(map(bool, accused)), args.honest, args.figure)


def audited(table: Table, known: Known) -> list[FindingRow]:
    """What the audit finds in a file of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "printed.tsv"
        path.write_text(table.text)
        return audit(read_printed(path), known=known)


def holds(assumption: str, facts: set[str]) -> bool:
    """Whether what a finding assumes is true of the table."""
    reading, _, rounding = assumption.partition(", and numbers are rounded")
    needs = ROUNDING[f"numbers are rounded{rounding}"] if rounding else set()
    names = {each.name.lower() for each in Reading if each.assumption == reading}
    if not names:
        raise ValueError(f"no reading assumes: {assumption}")
    return needs <= facts and bool(names & facts)


def accusations(table: Table) -> list[tuple[Known, FindingRow]]:
    """Findings against a table that its facts do not bear out, with nothing known and with all that is true of it."""
    single = "single run" in table.facts
    exact = table.rule if table.rule in ("half-up", "half-even", "truncated") else ""
    rounding = exact or "nearest" * (table.rule in NEAREST)
    settings = {Known(), Known(single, rounding)}
    return [
        (known, row)
        for known in settings
        for row in audited(table, known)
        if row.word == IMPOSSIBLE or (row.word == CONDITIONAL and holds(row.assumption, table.facts))
    ]


def caught(forge: Callable, sized: bool, known: Known, tables: int) -> tuple[float, float]:
    """The share of forged tables with a finding `impossible`, and of others with one that does not fit what held."""
    words = []
    for seed in range(tables):
        rng = np.random.default_rng([seed, sized])
        table = forge(rng, sized)
        rows = audited(table, known)
        impossible = any(row.word == IMPOSSIBLE for row in rows)
        doubted = any(row.word == CONDITIONAL and holds(row.assumption, table.facts) for row in rows)
        words.append((impossible, doubted and not impossible))
    impossible, doubted = np.mean(words, axis=0)
    return float(impossible), float(doubted)


def draw(shares_of: dict, accused: int, tables: int, path: Path) -> None:
    """Bars of what is caught, a panel for each setting."""
    import matplotlib.pyplot as plt

    from augury.figures import theme

    figure, axes = plt.subplots(1, len(SETTINGS), figsize=(theme.WIDTH, 4.4), sharey=True)
    for axis, setting in zip(axes, SETTINGS, strict=True):
        for position, kind in enumerate(FORGERIES):
            if (kind, setting) not in shares_of:
                continue  # without n there are no counts
            impossible, doubted = shares_of[kind, setting]
            labels = ("impossible", "does not fit if") if not position else (None, None)
            axis.barh(position, impossible, color=theme.PALETTE[1], label=labels[0])
            axis.barh(position, doubted, left=impossible, color=theme.PALETTE[0], label=labels[1])
        axis.set(xlim=(0, 1), xticks=(0, 0.5, 1))
        axis.set_title(setting, fontsize=10)
    names = [textwrap.fill(name, 24) for name in FORGERIES]
    axes[0].set_yticks(range(len(FORGERIES)), names, fontsize=9)
    axes[0].invert_yaxis()
    axes[1].set_xlabel("share of forged tables")
    figure.suptitle(f"{accused} of {tables:,} honest tables are accused; of forged tables are found:", fontsize=10.5)
    theme.legend_below(figure, *axes[0].get_legend_handles_labels())
    theme.save(figure, path)


if __name__ == "__main__":
    main()
