"""Files that are no images of a kind that is read are named as what they are, with what to do."""

import io
import pickle
import re
import struct

import pytest
from PIL import Image

from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.decoding.formats import HEAD_BYTES, what_it_is
from tests.cost import cpu_seconds
from tests.settings import decoding

ARCHIVES = {b"PK\3\4": "zip", b"\x1f\x8b\x08": "gzip", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07\0": "rar"}
VIDEOS = (
    b"\0\0\0\x20ftypisom",
    b"\0\0\0\x14ftypqt  ",
    b"\x1a\x45\xdf\xa3",
    b"RIFF\1\2\3\4AVI LIST",
    b"\0\0\1\xba",
    b"\0\0\0\x08wide",
)
INSTRUMENTS = {
    b"ZISRAWFILE\0": "CZI", b"\xda\xce\xbe\x0a": "ND2", b"\x70\0\0\0\1\2\3\4\x2a": "LIF", bytes(128) + b"DICM": "DICOM",
    b"SIMPLE  =          T": "FITS", b"\x89HDF\r\n\x1a\n": "HDF5", b"CDF\1": "NetCDF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "OIB",
    b"\x5c\1\0\0" + bytes(340) + b"n+1\0": "NIfTI", bytes([0, 0, 0, 3, 0, 1, 2, 3, 0, 0, 0, 1]): "Gatan",
}  # fmt: skip
RAW = (b"IIRO\x08", b"IIU\0\x18", b"FUJIFILMCCD-RAW 0201", b"FOVb", b"\0\0\0\x18ftypcrx ")
PICTURES = {
    b"\0\0\0\x18ftypheic": "a HEIF file", b"\0\0\0\x18ftypavif": "an AVIF file",
    b"\0\0\0\x0cjP  \r\n": "a JPEG 2000 file",
    b"\xff\x0a": "a JPEG XL file", b"8BPS\0\1": "a Photoshop file", b"%PDF-1.4": "a PDF file",
    b"P5 2 2 255\n\0\1": "a PNM file",
    b"L\0\0\0\1\x14\2\0": "a Windows shortcut", b"\x8aMNG\r\n": "an animation",
    b"\0\0\2" + struct.pack("<9xHHBB", 60, 40, 24, 0): "a TGA file", b"\0\0\1\0\1\0": "an icon file",
}  # fmt: skip
TEXTS = {
    b"some notes on the images\n": "a text file", b'\xef\xbb\xbf{"error": "forbidden"}': "a JSON file",
    b"\n<!DOCTYPE html><html><body>403 Forbidden": "a web page", b"<html></html>": "a web page",
    b"<?xml version='1.0'?>\n<!DOCTYPE svg [ ]><svg xmlns='http://www.w3.org/2000/svg'/>": "an SVG drawing",
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>": "a server's error message",
    b"<annotation><folder/></annotation>": "an XML file", "notes".encode("utf-16"): "a text file",
    b"../../.git/annex/objects/0f/Xk/SHA256E-s123--00.png/SHA256E-s123--00.png\n":
        "a git-annex pointer to one; run `git annex get`",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n":
        "a Git LFS pointer to one; run `git lfs pull`",
}  # fmt: skip


@pytest.mark.parametrize(
    "head, words",
    [
        *[(head, f"{kind} archive, which is not read; unpack it") for head, kind in ARCHIVES.items()],
        *[(head, "a video") for head in VIDEOS],
        *[(head, "a camera's raw file") for head in RAW],
        *INSTRUMENTS.items(),
        *PICTURES.items(),
        *TEXTS.items(),
        (pickle.dumps([1, 2], 4), "a Python pickle"),
        (pickle.dumps({"a": 1}, 2), "a Python pickle"),
        (b"\x93NUMPY\1\0", "a numpy array"),
        (bytes(5000), "nothing but zeros"),
        (bytes(range(256)), "not an image"),
    ],
)
def test_what_is_no_image_is_named(tmp_path, head, words):
    path = tmp_path / "image.png"
    path.write_bytes(head if len(head) > 1000 else head + (b"" if head in TEXTS else bytes(200)))
    with pytest.raises(Unreadable, match=re.escape(words)) as caught:
        read_content(path, decoding())
    assert re.search("; [a-z]|not an image$", str(caught.value))  # a remedy, wherever the kind is known
    with pytest.raises(Unreadable, match=re.escape(words)):
        decode(path.read_bytes(), decoding())


@pytest.mark.parametrize("piece", [b"<!>", b"<!--", b"<?xml ", b"<?xml?>", b"<!-- -->", b" ", b"\0\0\0\3"])
def test_no_head_is_pondered_over(piece):
    head = (piece * HEAD_BYTES)[:HEAD_BYTES]
    assert cpu_seconds(lambda: what_it_is(head)) < 0.2


@pytest.mark.parametrize(
    "frame, words",
    [
        (b"\xff\xc1\0\x11\x0c", "a JPEG file of 12 bits"),
        (b"\xff\xc3\0\x11\x08", "a lossless JPEG file"),
        (b"\xff\xc5\0\x11\x08", "a hierarchical JPEG file"),
        (b"\xff\xf7\0\x11\x08", "a JPEG-LS file"),
    ],
)
def test_rare_kinds_of_jpeg_are_named(frame, words):
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(buffer, "JPEG")
    content = buffer.getvalue().replace(b"\xff\xc0\0\x11\x08", frame)
    with pytest.raises(Unreadable) as caught:
        decode(content, decoding())
    assert str(caught.value) == f"{words}, which is not read; convert it to PNG or TIFF"
