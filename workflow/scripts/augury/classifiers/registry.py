"""The families of classifiers, one line each.

A family is a module of this folder that offers `build_classifier(description)`, `start_from_pretrained(classifier,
description, weights)` and `PLAIN_CONVOLUTIONS`, and, where it is not trained by gradient steps, a `Training` of its
own. Trainers import it by its name, `augury.classifiers.{family}`. Standard library only: plans read it.
"""

from typing import Any

FAMILIES = {
    "dcgan_discriminator": "a DCGAN's discriminator with a logit a class; from scratch",
    "four_block_cnn": "four blocks of 3 x 3 convolution, batch normalisation, ReLU and max pooling; from scratch",
    "lenet5": "LeNet-5 of 1998; from scratch",
    "probe": "a linear layer on the features of frozen networks; seconds to train",
    "timm_zoo": "any image model of the timm library, by `architecture`, from ImageNet weights or from scratch",
    "torchvision_zoo": "AlexNet and GoogLeNet (Inception v1), which timm lacks, from ImageNet weights or from scratch",
}


def is_deterministic(settings: dict[str, Any]) -> bool:
    """Whether nothing is random in a classifier's training: the same images give the same network under any seed.

    So it is with a probe, but not on networks of random weights (`pretrained: false`).
    """
    return settings["family"] == "probe" and settings["pretrained"] is not False
