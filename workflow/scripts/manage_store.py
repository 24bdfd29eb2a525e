"""List the finished trainings that are kept, or clear them.

A study keeps its finished generators, classifiers, searches and pools in results/NAME/.store; what its results use as
well costs no space. `clear` removes what no result uses (with --all also what one does: the results stay, and can't be
gone back to once they are replaced).

    python workflow/scripts/manage_store.py list
    python workflow/scripts/manage_store.py clear --older-than 30
    python workflow/scripts/manage_store.py clear --keep-gb 5 --store results/demo/.store
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("action", choices=("list", "clear"), help="what to do")
    parser.add_argument("--store", type=Path, nargs="+", help="stores (default: all of results/*/.store)")
    parser.add_argument(
        "--older-than", type=float, metavar="DAYS", help="clear only what no result has used for so long"
    )
    parser.add_argument("--keep-gb", type=float, metavar="GB", help="clear only until no more than that is left")
    parser.add_argument("--all", action="store_true", help="clear what results use, too")
    args = script.start(parser)

    from augury.store.managing import chosen, listing, stores_of, summary
    from augury.store.shelf import Shelf

    for folder in stores_of(args.store):
        shelf = Shelf(folder, 0)
        entries = shelf.entries()
        if args.action == "clear":
            going = chosen(entries, args.older_than, args.keep_gb, args.all)
            cleared = summary(going)
            shelf.drop([entry.folder for entry in going])
            print(f"{folder}: {cleared}, cleared")
        else:
            print(f"{folder}: {summary(entries)}")
            print(*listing(entries), sep="\n")


if __name__ == "__main__":
    script.run(main)
