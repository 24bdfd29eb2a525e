"""Features of an extractor: our blocks against a plain loop over a loader, both in fp32, as reported numbers want."""

from pathlib import Path

import numpy as np
import torch
from comparison import Comparison

from augury.classifiers import pretrained
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.scores.extractors import extract, load_extractor
from augury.scores.frechet.distance import frechet_distance

NAME, COUNT = "tf_efficientnet_lite0", 96


def features() -> Comparison:
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 64, 64, 3), dtype=np.uint8)
    extractor = load_extractor(NAME, Path("resources/weights"))
    plain = timm_zoo.build(NAME, extractor.size_px, channels=3, classes=2)
    pretrained.fill(plain, NAME, True, Path("resources/weights"))
    plain.eval()

    def ours() -> np.ndarray:
        return extract(extractor, images, torch.device("cpu"))

    @torch.no_grad()
    def peer() -> np.ndarray:
        from PIL import Image
        from torch.utils.data import DataLoader
        from torchvision.transforms.functional import pil_to_tensor

        class Files(torch.utils.data.Dataset):
            def __len__(self) -> int:
                return COUNT

            def __getitem__(self, index: int) -> torch.Tensor:
                size = (extractor.size_px, extractor.size_px)
                return pil_to_tensor(Image.fromarray(images[index]).resize(size, Image.Resampling.BICUBIC))

        made = [plain.features(batch.float() / 127.5 - 1).numpy() for batch in DataLoader(Files(), batch_size=32)]
        return np.concatenate(made)

    def check() -> None:
        """The same features, and the same distance between the halves."""
        made, plainly = ours(), peer()
        assert np.abs(made - plainly).max() < 1e-4 * np.abs(plainly).max()
        distances = [frechet_distance(each[: COUNT // 2], each[COUNT // 2 :]) for each in (made, plainly)]
        assert abs(distances[0] - distances[1]) < 1e-5 * distances[1], distances

    return Comparison("a plain loop with a DataLoader", "images per second", ours, peer, check, work=COUNT, rounds=3)
