"""What a search makes small: how alike the images of a set are, to each other and to the real images of their class.

`rows` are what an image is compared by: its pixels (0 to 255, flattened; the correlations do not depend on scale) or
its features. The real images enter as one sum, taken once: the centroid of a set T of S evolved and N real images is
(sum of the set + sum of the real) / (S + N).
"""

import torch

PIXELS, FEATURES = "pixels", "features"
COMPARED = {"correlation": PIXELS, "zero_mean_correlation": PIXELS, "feature_distance": FEATURES, "vendi": FEATURES}
_LARGEST = 2**25  # numbers in float64 at a time: 256 MiB


class Objective:
    """A measure of a set's sameness, by its name in the config. real: (N, d) rows of the training images."""

    def __init__(self, name: str, real: torch.Tensor) -> None:
        self.name, self.compared = name, COMPARED[name]
        self.count = len(real)
        rows = self._prepared(real)
        self.real_sum = rows.sum(dim=0)
        spread = (rows - rows.mean(dim=0)).square().sum(dim=1).mean().sqrt()
        self.scale = float(spread) if spread > 0 else 1.0

    def fitness(self, rows: torch.Tensor) -> torch.Tensor:
        """(k,) float64 on the CPU, smaller for more various sets: one for each set of rows (k, S, d)."""
        step = max(1, _LARGEST // (rows.shape[1] * rows.shape[2]))
        return torch.cat([self._of(self._prepared(block)) for block in rows.split(step)]).cpu()

    def diversity(self, rows: torch.Tensor) -> float:
        """Root mean square distance of rows (S, d) from their own centroid, in units of the real images'."""
        rows = self._prepared(rows)
        return float((rows - rows.mean(dim=0)).square().sum(dim=1).mean().sqrt()) / self.scale

    def _prepared(self, rows: torch.Tensor) -> torch.Tensor:
        rows = rows.double()
        return rows - rows.mean(dim=-1, keepdim=True) if self.name == "zero_mean_correlation" else rows

    def _of(self, rows: torch.Tensor) -> torch.Tensor:
        if self.name == "vendi":
            return -vendi(rows) / rows.shape[1]
        centroid = (rows.sum(dim=1) + self.real_sum) / (rows.shape[1] + self.count)
        if self.name == "feature_distance":
            return -(rows - centroid[:, None]).norm(dim=2).mean(dim=1) / self.scale
        # mean over A of sum(A C) / sqrt(sum(A^2) sum(C^2)); a row or centroid of zeros is like nothing.
        products = torch.einsum("ksd,kd->ks", rows, centroid)
        norms = rows.norm(dim=2) * centroid.norm(dim=1, keepdim=True)
        return torch.where(norms > 0, products / norms.clamp(min=1e-30), 0.0).mean(dim=1)


def vendi(rows: torch.Tensor) -> torch.Tensor:
    """(k,) Vendi scores of sets (k, S, d): see scores.vendi, here for many small sets at once."""
    rows = torch.nn.functional.normalize(rows, dim=2)
    values = torch.linalg.eigvalsh(rows @ rows.transpose(1, 2) / rows.shape[1]).clamp(min=0)
    return torch.exp(torch.special.entr(values).sum(dim=1))
