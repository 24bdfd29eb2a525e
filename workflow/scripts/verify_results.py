"""Verify a results folder: is every file as it was written, and do files that belong together still do so?

Reads all of results/NAME, at the speed of the disk, and changes nothing. Prints a line for each fault, and the command
that makes the files again. Exit code 0 where the folder is sound, 1 where it is not. Files of older versions carry no
checksum; how many there are is logged.

    python workflow/scripts/verify_results.py --results results/demo
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--results", type=Path, required=True, help="the folder to verify: results/NAME")
    args = script.start(parser, packages=("numpy", "safetensors"))

    from augury.verification.report import command, verify

    verification = verify(args.results)
    for path, what in verification.faults:
        script.tell(f"{path}: {what}")
    if verification.unrecorded:
        first = verification.unrecorded[0]
        script.tell(f"{len(verification.unrecorded)} of {verification.files} files carry no checksum, such as {first}")
    if not verification.faults:
        script.tell(f"{args.results} is sound: {verification.files} files")
        return
    count = f"{len(verification.faults)} fault{'s' * (len(verification.faults) > 1)}"
    script.tell(f"{count} in {verification.files} files; to make them and what follows again:")
    script.tell(f"    {command(args.results, verification.faults)}")
    raise SystemExit(1)


if __name__ == "__main__":
    script.run(main)
