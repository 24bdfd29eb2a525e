"""Extract features of a set of images with pretrained networks: one row per image, in the set's order.

Reads a pack (X.npy with its table X.tsv) or a pool of synthetic images (its index.tsv, with the shards beside it).
Writes float32 (n, d) as .npy for each network: one of timm's, which images are enlarged to 224 px for, or
inception_v3_fid. Their weights lie in resources/weights or in an installed package, and nothing is downloaded.

    python workflow/scripts/extract_features.py --pack packs/Tripos.npy --rows packs/Tripos.tsv \\
        --extractor tf_efficientnet_lite0 --output features/Tripos.npy
"""

from pathlib import Path
from typing import TYPE_CHECKING

from augury.command import script
from augury.command.errors import UserError
from augury.store import finished

if TYPE_CHECKING:
    from numpy import ndarray


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--pack", type=Path, help="a pack of images, X.npy")
    parser.add_argument("--rows", type=Path, help="the pack's table, X.tsv: the image of each row")
    parser.add_argument("--index", type=Path, help="index.tsv of a pool, instead of a pack")
    parser.add_argument("--extractor", nargs="+", required=True, help="inception_v3_fid, or names of timm's networks")
    parser.add_argument("--weights", type=Path, default=Path("resources/weights"), help="their folder, or the file")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--output", type=Path, nargs="+", required=True, help="features, an .npy for each network")
    finished.add_options(parser)
    args = script.start(parser, packages=("torch", "timm", "torch-fidelity", "numpy", "pillow"))
    if bool(args.pack) == bool(args.index) or bool(args.pack) != bool(args.rows):
        raise UserError("the images are named by --pack with --rows, or by --index alone; give one of the two")
    from augury.scores.kept import features_to_make
    from augury.training.device import choose_device, device_name

    modules, reads = ("augury.classifiers.timm_zoo.network",), list(filter(None, (args.pack, args.rows, args.index)))
    wanted = features_to_make("extract_features", modules, args, reads, device_name(args.device))
    if not wanted:
        return
    from augury.images.arrays import save_array
    from augury.scores.extractors import extract, load_extractor

    images, of = read_images(args.pack, args.rows, args.index)
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    source = args.pack or args.index
    for each in wanted:
        extractor = load_extractor(each.extractor, args.weights)
        script.tell(f"{source}: {len(images)} images, {extractor.recorded} from {extractor.origin}")
        save_array(each.output, extract(extractor, images, device.device, label=f"features of {source}"), of)
        each.keep()


def read_images(pack: Path, rows: Path, index: Path | None) -> tuple["ndarray", str | None]:
    """The images of the set, (n, H, H, C) uint8, and one word for which they are; a pack stays on the disk."""
    from augury.generators.pools import read_pool
    from augury.images.bound import identity_of
    from augury.images.packs import open_pack
    from augury.tables.rows import PackRow
    from augury.tables.table import read_rows

    if index:
        return read_pool(index)[0], None
    images, sha256s = open_pack(pack)
    if [row.sha256 for row in read_rows(rows, PackRow)] != sha256s:
        raise UserError(f"{rows} is not the table of {pack}; give the one that lies beside it")
    return images, identity_of(sha256s)


if __name__ == "__main__":
    script.run(main)
