"""What a statistic of features is called: FID and KID are names of one network's features alone.

Scores of different extractors cannot be compared, so a distance in other features carries its extractor's name.
"""

INCEPTION = "inception_v3_fid"  # Inception-v3 as TensorFlow published it in 2015, which FID is defined with
PUBLISHED_SHA256 = "6726825d"  # the beginning of the sha256 of its published conversion, weights-inception-2015-12-05


def recorded_name(extractor: str, sha256: str) -> str:
    """The extractor as the tables record it: with its weights where they are not those that its name promises."""
    if extractor != INCEPTION or sha256.startswith(PUBLISHED_SHA256):
        return extractor
    return f"{extractor} (weights {sha256[:8]})"


def metric_names(extractor: str) -> tuple[str, str]:
    """Names of the Frechet and the kernel distance in the features of an extractor, given as the tables record it."""
    return ("FID", "KID") if extractor == INCEPTION else (f"FD ({extractor})", f"KD ({extractor})")
