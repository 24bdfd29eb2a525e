"""Bring CIFAR-10 into folders that a study can read: train/CLASS/*.png and test/CLASS/*.png.

Reads the binary version (cifar-10-binary.tar.gz, unpacked): data_batch_1.bin to data_batch_5.bin, test_batch.bin and
batches.meta.txt. Writes the images below --output, which must be empty or not there yet, and appears when all images
are written. Nothing is unpickled and nothing is downloaded.

    python workflow/scripts/unpack_cifar10.py --batches cifar-10-batches-bin --output resources/cifar10
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--batches", type=Path, required=True, help="folder of the binary files")
    parser.add_argument("--output", type=Path, required=True, help="folder to make")
    args = script.start(parser, packages=("numpy", "pillow"))

    from augury.datasets import cifar10

    counts = cifar10.unpack(args.batches, args.output)
    script.tell(f"{args.output}: {counts['train']:,} training and {counts['test']:,} test images")
    if remark := cifar10.unusual(counts):
        script.tell(remark)


if __name__ == "__main__":
    script.run(main)
