"""What the headers of files say: format by content, camera, quality."""

import io

import pytest
from PIL import Image

from augury.images.headers import MAKE, MODEL, Header, header_of


def saved(format_: str, mode: str = "RGB", **options) -> bytes:
    image, file = Image.linear_gradient("L").convert(mode), io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


@pytest.mark.parametrize("quality", [15, 50, 75, 90, 95, 100])
def test_the_quality_of_a_jpeg(quality):
    assert header_of(saved("JPEG", quality=quality)) == Header("JPEG", "", f"quality {quality}")


@pytest.mark.parametrize("format_", ["PNG", "TIFF", "BMP", "GIF", "WEBP"])
def test_other_formats_have_no_quality(format_):
    assert header_of(saved(format_)) == Header(format_, "", "")


@pytest.mark.parametrize(
    "make,model,camera",
    [("Canon", "Canon EOS 90D", "Canon EOS 90D"), ("Leica\0", " MC190  HD ", "Leica MC190 HD"), ("Zeiss", "", "Zeiss")],
)
def test_the_camera(make, model, camera):
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = make, model
    assert header_of(saved("JPEG", exif=exif)).camera == camera
    assert header_of(saved("TIFF", tiffinfo={MAKE: make, MODEL: model})).camera == camera


@pytest.mark.parametrize("content", [b"", b"no image", saved("PNG")[:30], saved("JPEG")[:200]])
def test_what_cannot_be_read_is_empty(content):
    assert header_of(content).camera == ""
