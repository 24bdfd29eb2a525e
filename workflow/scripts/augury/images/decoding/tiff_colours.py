"""What the samples of a TIFF page mean: grey, colours, an alpha, or channels of which one is chosen."""

import numpy as np

from augury.images.decoding import tiff
from augury.images.decoding.deep import Samples
from augury.images.decoding.formats import COPY, Unreadable
from augury.images.decoding.strips import UNREAD, number_format, read_samples
from augury.images.decoding.tiff import Choice, Form, Page, check_stack

MODELS = {0: "L", 1: "L", 2: "RGB", 5: "CMYK"}  # photometric interpretations
OTHERS = {3: "palette", 4: "mask", 6: "YCbCr", 8: "CIELab", 9: "ICCLab", 10: "ITULab", 32844: "LogL", 32845: "LogLuv"}
COLOURS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3}  # samples that the decoder expects
JPEGS = (6, 7)
ASSOCIATED, UNASSOCIATED = 1, 2  # kinds of alpha
INK_SET, CMYK_INKS, YCBCR_SUBSAMPLING = 332, 1, 530
MOST_BYTES = 8  # a pixel of max_pixels


def is_plain(page: Page) -> bool:
    """Whether the general decoder reads the page, and reads it right."""
    compression, meaning = page.number(tiff.COMPRESSION, 1), page.number(tiff.PHOTOMETRIC)
    kinds, depths = set(page.numbers(tiff.SAMPLE_FORMAT) or (1,)), set(page.numbers(tiff.BITS_PER_SAMPLE) or (1,))
    if page.form == Form(">", is_big=True):  # which it does not know
        return False
    if compression in UNREAD:
        return compression in JPEGS and depths <= {8}
    if meaning == 6 and compression == 1 and page.numbers(YCBCR_SUBSAMPLING) not in ((), (1, 1)):
        return False
    count, is_planar = page.number(tiff.SAMPLES_PER_PIXEL, 1), page.number(tiff.PLANAR_CONFIGURATION, 1) == 2
    if is_planar and meaning not in (2, 5) and (meaning, depths) != (3, {8}):  # of which it mistakes many
        return False
    if kinds <= {1, 4} and depths <= {1, 2, 4, 8} and len(depths) == 1:
        extras = page.numbers(tiff.EXTRA_SAMPLES)
        is_veiled = meaning in (1, 3) and count == 2 and extras in ((ASSOCIATED,), (UNASSOCIATED,)) and not is_planar
        return count == COLOURS.get(meaning) or is_veiled or (meaning == 2 and count == 4)
    is_of_black = meaning == 1 and tiff.PHOTOMETRIC in page.fields and page.number(tiff.FILL_ORDER, 1) == 1
    return is_of_black and count == 1 and (kinds, depths) == ({1}, {16})


def samples_of(choice: Choice, number: int | None, max_pixels: int) -> tuple[Samples, tuple[str, ...]]:
    """The samples of the chosen page, and what should be reported of them.

    number: from 1, which of several channels without colours is read, as for the pages of a stack. Raises Unreadable.
    """
    page, notes = choice
    bits = number_format(page)[1]
    meaning, model = _meaning(page)
    count = page.number(tiff.SAMPLES_PER_PIXEL, 1)
    surplus = count - len(model)
    if surplus < 0:
        raise Unreadable(f"damaged image: its header is broken; {COPY}")
    extras = page.numbers(tiff.EXTRA_SAMPLES) or ((UNASSOCIATED,) if model == "RGB" and surplus == 1 else ())
    alpha = next((index for index, extra in enumerate(extras[:surplus]) if extra in (ASSOCIATED, UNASSOCIATED)), None)
    taken = list(range(len(model)))
    if model == "L" and surplus > 0 and alpha is None:
        number = check_stack(count, number, "channels")
        taken, notes = [number - 1], (*notes, f"are stacks of channels, of which number {number} is read")
    alpha = None if model == "CMYK" else alpha
    taken += [] if alpha is None else [len(model) + alpha]
    values = read_samples(page, MOST_BYTES * max_pixels)
    values = values if len(taken) == count else np.ascontiguousarray(values[:, :, taken])
    is_premultiplied = alpha is not None and extras[alpha] == ASSOCIATED
    return Samples(values, model, bits, alpha is not None, is_premultiplied, meaning == 0), notes


def _meaning(page: Page) -> tuple[int, str]:
    """The photometric interpretation and the colours that it stands for."""
    count = page.number(tiff.SAMPLES_PER_PIXEL, 1)
    meaning = page.number(tiff.PHOTOMETRIC, 2 if count in (3, 4) else 1)
    if meaning not in MODELS or (meaning == 5 and page.number(INK_SET, CMYK_INKS) != CMYK_INKS):
        name = "inks other than CMYK" if meaning == 5 else f"{OTHERS.get(meaning, f'number {meaning}')} colours"
        bits = " and ".join(map(str, sorted(set(page.numbers(tiff.BITS_PER_SAMPLE)))))
        raise Unreadable(f"a TIFF file in {name} of {bits} bits, which is not read; export it as RGB or grey")
    return meaning, MODELS[meaning]
