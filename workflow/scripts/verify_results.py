"""Verify a results folder: is every file as it was written, and do files that belong together still do so?

Reads all of results/NAME, at the speed of the disk, and changes nothing. Prints a line for each fault, and the command
that makes the files again. Exit code 0 where the folder is sound, 1 where it is not. Files of older versions carry no
checksum; how many there are is told.

    python workflow/scripts/verify_results.py --results results/demo
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--results", type=Path, required=True, help="the folder to verify: results/NAME")
    args = script.start(parser, packages=("numpy", "safetensors"))

    from augury.verification.report import command, verify

    found = verify(args.results)
    for path, what in found.faults:
        script.tell(f"{path}: {what}")
    if found.unrecorded:
        first = found.unrecorded[0]
        script.tell(f"{len(found.unrecorded)} of {found.files} files carry no checksum, such as {first}")
    if not found.faults:
        script.tell(f"{args.results} is sound: {found.files} files")
        return
    count = f"{len(found.faults)} fault{'s' * (len(found.faults) > 1)}"
    script.tell(f"{count} in {found.files} files; to make them and what follows again:")
    script.tell(f"    {command(args.results, found.faults)}")
    raise SystemExit(1)


if __name__ == "__main__":
    script.run(main)
