"""What a set of folders looks like: parts, sites, folds, pieces of one set, or classes. Names and places decide."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from augury.planning.folders.folder_names import FOLDS, are_groups, is_fold, is_group, is_piece, part_word, words_of
from augury.planning.folders.folder_trees import Tree, confirm, listed, overlapping, shared, shared_below, tree_of
from augury.planning.folders.mask_layouts import has_images_and_masks, masks_beside, masks_within
from augury.splits.brought import FOLDER_NAMES

TABLE_OF_LABELS = "give a table of all images, `labels: {table: FILE, path: COLUMN, class: COLUMN}`"
_FEWEST_SPECIMENS = 20  # folders of fewer than three images each that are taken for specimens
_FEWEST_IMAGES = 3


def layout_problems(root: Path, files: Mapping[str, Sequence[Path]], in_part: bool = False) -> list[str]:
    """What speaks against taking the folders below `root` as classes, in one sentence with the remedy; else nothing.

    files: all files of each folder, by its name. in_part: whether `root` is a part's folder. Part names are certain,
    and so are images beside masks. Folders that hold no image themselves but the same folders are taken as sites or
    folds, unless the names below are plainly those of groups within a class (`site-a`, `2020`, `001`).
    """
    tree = tree_of(root, files)
    sentence = "" if in_part else _parts(tree)
    sentence = sentence or masks_beside(tree, TABLE_OF_LABELS) or masks_within(tree)
    sentence = sentence or _parts_within(tree) or _groups(tree) or _pieces(tree) or _specimens(tree)
    return [sentence] if sentence else []


def nested(root: Path, files: Mapping[str, Sequence[Path]]) -> list[str]:
    """Folders that lie in each of several classes, none of which holds an image itself: taken as groups within them."""
    return shared(tree_of(root, files).below)


def _parts(tree: Tree) -> str:
    parts = [name for name in tree.images if part_word(name)]
    common = shared(tree.below)
    if len(parts) == 1 and common and not are_groups(common):
        parts = list(tree.images)  # in another language, or by another word
    words = {FOLDER_NAMES.get(part_word(name), part_word(name)) for name in parts}
    alone = len(parts) == 1 and len(tree.below[parts[0]]) > 1
    if len(words) < 2 and not alone:
        return ""
    classes = sorted({class_ for name in parts for class_ in tree.below[name]})
    what = f"{tree.where} looks like the part{'s' * (len(parts) > 1)} {listed(parts)}"
    if has_images_and_masks(classes):
        return f"{what}, each with images and what was drawn on them ({listed(classes)}); {TABLE_OF_LABELS}"
    if not classes:
        remedy = f"sort their images into class folders, or {TABLE_OF_LABELS}"
        return f"{what} without class folders; {remedy}{confirm(parts)}"
    each = "each " if len(parts) > 1 and all(tree.below[name] for name in parts) else ""
    what += f", {each}with the classes {listed(classes)}"
    if alone:
        return f"{what}; name {tree.where}/{parts[0]} in `images`, or put a part beside it{confirm(parts)}"
    unknown = [name for name in parts if name.lower() not in FOLDER_NAMES]
    rename = f"rename {listed(unknown)} to train, validation or test and " if unknown else ""
    return f"{what}; {rename}set `split: {{parts: folders}}`, or name one of them in `images`{confirm(parts)}"


def _parts_within(tree: Tree) -> str:
    """Parts below the classes, where they cannot be told from groups."""
    parts = [name for name in shared(tree.below) if part_word(name)]
    if len({part_word(name) for name in parts}) < 2:
        return ""
    return (
        f"the folders below {tree.where} each hold the parts {listed(parts)}; put the parts above the classes "
        f"({parts[0]}/{next(iter(tree.images))}) and set `split: {{parts: folders}}`, or name all classes in `classes` "
        "to divide their images anew"
    )


def _groups(tree: Tree) -> str:
    common = shared(tree.below)
    names = list(tree.images)
    of_groups = [name for name in names if is_group(name, below_classes=False)]
    if common and not of_groups and are_groups(common):
        # Groups within classes; or of sites, where the same classes lie below each.
        further = shared_below(tree, common)
        common = [] if are_groups(further) else further
    same = "the same folders"
    if not common and len(of_groups) == len(names):
        # Not every class was found at every site.
        overlaps = overlapping(tree.below)
        common, same = [] if are_groups(overlaps) else overlaps, "folders such as"
    if not common:
        return ""
    word = ""
    if len(of_groups) == len(names):
        word = "folds " if all(set(words_of(name)) & FOLDS for name in names) else "sites "
    what = f"{tree.where} looks like {word}{listed(names)}, which hold no image but {same} {listed(common)}"
    return f"{what}; name one of them in `images`, or {TABLE_OF_LABELS}{confirm(names)}"


def _pieces(tree: Tree) -> str:
    """Folders of images that were cut for size or by a camera, or for folds, with no class in any name."""
    names = list(tree.images)
    if len(names) < 2:
        return ""
    folds = all(map(is_fold, names))
    if not folds and (len({tuple(is_piece(name)) for name in names}) > 1 or not is_piece(names[0])):
        return ""
    what = (
        f"{tree.where} looks like {'folds' if folds else 'pieces of one set'} without class folders ({listed(names)})"
    )
    return f"{what}; sort the images into class folders, or {TABLE_OF_LABELS}{confirm(names)}"


def _specimens(tree: Tree) -> str:
    count, images = len(tree.images), sum(map(len, tree.images.values()))
    if count < _FEWEST_SPECIMENS or images >= _FEWEST_IMAGES * count:
        return ""
    return (
        f"{tree.where} has {count} folders of {images / count:.1f} images each, which look like specimens and no "
        f"classes; sort them into class folders, or {TABLE_OF_LABELS}{confirm(sorted(tree.images))}"
    )
