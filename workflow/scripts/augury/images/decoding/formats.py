"""What a file is, recognised by its content: an image that is read, or what else it is and what to do about it."""

import re

HEAD_BYTES = 1 << 12  # by which a file is recognised
READ = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"II\0*", b"MM*\0", b"II+\0", b"MM\0+", b"BM", b"GIF8")
# What some servers and editors leave before an image: a byte order mark and empty lines.
STRAY = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n\t ]{0,64}(?=\xff\xd8\xff|\x89PNG\r\n)")

COPY = "copy it again from where it came"
TRUNCATED = f"truncated image: its end is missing; {COPY}"
CONVERT = "convert it to PNG or TIFF"
DEVELOP = "develop it and export TIFF or PNG"
EXPORT = "export its images as TIFF or PNG"
UNPACK = "unpack it"
FRAMES = "export the frames that you want"
PLOT = "save its images as PNG or TIFF"
# (offset, bytes there, what it is, what to do about it)
OTHERS = (
    (4, b"ftyphei", "a HEIF file", CONVERT),
    (4, b"ftyphev", "a HEIF file", CONVERT),
    (4, b"ftypmif", "a HEIF file", CONVERT),
    (4, b"ftypmsf", "a HEIF file", CONVERT),
    (4, b"ftypavi", "an AVIF file", CONVERT),
    (4, b"ftypcrx", "a camera's raw file (Canon CR3)", DEVELOP),
    (4, b"ftyp", "a video (MP4 or MOV)", FRAMES),
    (4, b"moov", "a video (MOV)", FRAMES),
    (4, b"mdat", "a video (MOV)", FRAMES),
    (4, b"wide", "a video (MOV)", FRAMES),
    (4, b"jP  \r\n", "a JPEG 2000 file", CONVERT),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 file", CONVERT),
    (0, b"\xff\x0a", "a JPEG XL file", CONVERT),
    (4, b"JXL \r\n", "a JPEG XL file", CONVERT),
    (0, b"II\xbc\x01", "a JPEG XR file", CONVERT),
    (0, b"8BPS", "a Photoshop file", CONVERT),
    (0, b"gimp xcf", "a GIMP file", CONVERT),
    (0, b"%PDF", "a PDF file", EXPORT),
    (0, b"%!PS", "a PostScript file", CONVERT),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript file", CONVERT),
    (0, b"AT&TFORM", "a DjVu file", EXPORT),
    (0, b"\0\0\1\0", "an icon file (ICO)", CONVERT),
    (0, b"icns", "an icon file (ICNS)", CONVERT),
    (0, b"DDS ", "a DDS file", CONVERT),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR file", CONVERT),
    (0, b"#?RADIANCE", "a Radiance HDR file", CONVERT),
    (0, b"\x8aMNG", "an animation (MNG)", FRAMES),
    (0, b"qoif", "a QOI file", CONVERT),
    (0, b"BPG\xfb", "a BPG file", CONVERT),
    (0, b"SDPX", "a DPX file", CONVERT),
    (0, b"XPDS", "a DPX file", CONVERT),
    (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile", CONVERT),
    (0, b"IIRO", "a camera's raw file (Olympus ORF)", DEVELOP),
    (0, b"IIRS", "a camera's raw file (Olympus ORF)", DEVELOP),
    (0, b"MMOR", "a camera's raw file (Olympus ORF)", DEVELOP),
    (0, b"IIU\0", "a camera's raw file (Panasonic RW2)", DEVELOP),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw file (Fujifilm RAF)", DEVELOP),
    (0, b"FOVb", "a camera's raw file (Sigma X3F)", DEVELOP),
    (0, b"\0MRM", "a camera's raw file (Minolta MRW)", DEVELOP),
    (6, b"HEAPCCDR", "a camera's raw file (Canon CRW)", DEVELOP),
    (0, b"ZISRAWFILE", "a microscope's file (Zeiss CZI)", EXPORT),
    (0, b"\xda\xce\xbe\x0a", "a microscope's file (Nikon ND2)", EXPORT),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office or microscope's file (OLE: DOC, OIB, ZVI)", EXPORT),
    (0, b"OLYMPUSRAWFORMAT", "a microscope's file (Olympus OIR)", EXPORT),
    (0, b"TDSm", "a LabVIEW file (TDMS)", EXPORT),
    (96, b"\xa0\xc0", "a microscope's file (DeltaVision)", EXPORT),
    (208, b"MAP ", "an electron microscope's file (MRC)", EXPORT),
    (0, b"SIMPLE  =", "a FITS file", EXPORT),
    (128, b"DICM", "a DICOM file", EXPORT),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file (also IMS and NetCDF)", PLOT),
    (0, b"CDF\1", "a NetCDF file", PLOT),
    (0, b"CDF\2", "a NetCDF file", PLOT),
    (0, b"CDF\5", "a NetCDF file", PLOT),
    (344, b"n+1\0", "a NIfTI file", EXPORT),
    (344, b"ni1\0", "a NIfTI file", EXPORT),
    (0, b"NRRD000", "an NRRD file", EXPORT),
    (0, b"\x93NUMPY", "a numpy array", PLOT),
    (0, b"MATLAB ", "a MATLAB file", PLOT),
    (0, b"\x80\2}", "a Python pickle", PLOT),
    (0, b"SQLite format 3\0", "a database", PLOT),
    (0, b"PAR1", "a Parquet table", PLOT),
    (0, b"PK\3\4", "a zip archive", UNPACK),
    (0, b"PK\5\6", "a zip archive", UNPACK),
    (0, b"\x1f\x8b", "a gzip archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (0, b"Rar!\x1a\x07", "a rar archive", UNPACK),
    (0, b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (0, b"BZh", "a bzip2 archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (257, b"ustar", "a tar archive", UNPACK),
    (0, b"\x1a\x45\xdf\xa3", "a video (MKV or WebM)", FRAMES),
    (0, b"\0\0\1\xba", "a video (MPEG)", FRAMES),
    (0, b"\0\0\1\xb3", "a video (MPEG)", FRAMES),
    (0, b"FLV\1", "a video (FLV)", FRAMES),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a video (WMV)", FRAMES),
    (0, b"OggS", "a sound or video (Ogg)", FRAMES),
    (0, b"ID3", "a sound (MP3)", "take it out of the folder"),
    (0, b"\0\5\x16\7", "what macOS keeps beside a file", "delete it"),
    (0, b"L\0\0\0\1\x14\2\0", "a Windows shortcut", "copy the file that it points to"),
    (0, b"book\0\0\0\0mark", "an alias of macOS", "copy the file that it points to"),
    (0, b"bplist00", "a property list of macOS or iCloud", "download the file that it stands for"),
)
PATTERNS = (
    (rb"RIFF.{4}AVI ", "a video (AVI)", FRAMES),
    (rb"RIFF.{4}WAVE", "a sound (WAV)", "take it out of the folder"),
    (rb"\x70\0\0\0.{4}\x2a", "a microscope's file (Leica LIF)", EXPORT),
    (rb"\x80[\x02-\x05](?:\x95|[\]}(c])", "a Python pickle", PLOT),
    (rb"\0\0\0(?:\x03.{4}|\x04.{8})\0\0\0[\x00\x01]", "an electron microscope's file (Gatan DM)", EXPORT),
    (rb"P[1-7fF][ \t\r\n#]", "a PNM file (PBM, PGM or PPM)", CONVERT),
    (rb".\0[\x02\x03\x0a\x0b]\0{5}.{8}[\x08\x10\x18\x20]", "a TGA file", CONVERT),
)  # fmt: skip
FREELY = re.DOTALL | re.IGNORECASE
AGAIN = "the download went wrong, download the image again"
TEXTS = (
    (rb"version https://git-lfs", "a Git LFS pointer to one; run `git lfs pull`"),
    (rb"\S*/annex/objects/", "a git-annex pointer to one; run `git annex get`"),
    (rb"(?:<!--.*?-->\s*)?(?:<!doctype html|<html|<head|<body)", f"a web page; {AGAIN}"),
    (rb"(?:<\?xml.*?\?>\s*)?(?:<![^>]*>\s*)*<(?:svg|\w+:svg)", f"an SVG drawing; {CONVERT}"),
    (rb"(?:<\?xml.*?\?>\s*)?(?:<![^>]*>\s*)*<html", f"a web page; {AGAIN}"),
    (rb"(?:<\?xml.*?\?>\s*)?<error", f"a server's error message; {AGAIN}"),
    (rb"<", "an XML file; take it out of the folder"),
    (rb"\{\s*\"", "a JSON file; take it out of the folder"),
    (rb"", "a text file; take it out of the folder"),
)


# Markers of a JPEG file's frame, and those of kinds that decoders do not know.
JPEG_KINDS = dict.fromkeys((0xC3, 0xCB), "a lossless JPEG file") | {0xF7: "a JPEG-LS file"}
JPEG_KINDS |= dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "a hierarchical JPEG file")
FRAMES_OF_JPEG = {*JPEG_KINDS, 0xC0, 0xC1, 0xC2, 0xC9, 0xCA}


class Unreadable(Exception):
    """A file that cannot be used as an image; its text is the reason in a few plain words."""


def is_promising(head: bytes) -> bool:
    """Whether a file that begins so may be an image of a kind that is read."""
    return head.startswith(READ) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or bool(STRAY.match(head))


def without_stray(content: bytes) -> bytes:
    """The content from its signature on, where a byte order mark or empty lines stand before it."""
    stray = 0 if content.startswith(READ) else getattr(STRAY.match(content), "end", int)()
    return content[stray:] if stray else content


def what_it_is(head: bytes) -> str:
    """The reason why a file that begins so is not used."""
    if is_promising(head):
        return f"damaged image: its header is broken; {COPY}"
    for offset, signature, kind, remedy in OTHERS:
        if head.startswith(signature, offset):
            return f"{kind}, which is not read; {remedy}"
    head = head[:HEAD_BYTES]
    if not head.strip(b"\0"):
        return f"nothing but zeros: its content was lost; {COPY}"
    for pattern, kind, remedy in PATTERNS:
        if re.match(pattern, head, re.DOTALL):
            return f"{kind}, which is not read; {remedy}"
    text = _text_of(head)
    if text is None:
        return "not an image"
    return "not an image but " + next(kind for pattern, kind in TEXTS if re.match(pattern, text, FREELY))


def unread_jpeg(content: bytes) -> str | None:
    """The reason why a JPEG file of a rare kind is not used, or None where it is of a usual one, or no JPEG file."""
    offset = 2 if content.startswith(b"\xff\xd8") else len(content)
    while offset + 5 <= len(content) and content[offset] == 0xFF:
        marker, length, bits = (
            content[offset + 1],
            int.from_bytes(content[offset + 2 : offset + 4], "big"),
            content[offset + 4],
        )
        if marker in FRAMES_OF_JPEG:
            kind = JPEG_KINDS.get(marker) or (f"a JPEG file of {bits} bits" if bits != 8 else None)
            return kind and f"{kind}, which is not read; {CONVERT}"
        offset += 1 if marker == 0xFF else 2 + length
    return None


def _text_of(head: bytes) -> bytes | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    strange = any(byte < 9 or 13 < byte < 32 for byte in head)
    return None if strange else head.removeprefix(b"\xef\xbb\xbf").lstrip()
