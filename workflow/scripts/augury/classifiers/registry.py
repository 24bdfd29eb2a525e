"""The families of classifiers, one line each.

A family is a module of this folder that offers `build_classifier(description)`, `start_from_pretrained(classifier,
description, weights)` and `PLAIN_CONVOLUTIONS`, and, where it is not trained by gradient steps, a `Training` of its
own. Trainers import it by its name, `augury.classifiers.{family}`.
"""

FAMILIES = {
    "dcgan_discriminator": "a DCGAN's discriminator with a logit a class; from scratch",
    "four_block_cnn": "four blocks of 3 x 3 convolution, batch normalisation, ReLU and max pooling; from scratch",
    "lenet5": "LeNet-5 of 1998; from scratch",
    "probe": "a linear layer on the features of frozen networks; seconds to train",
    "timm_zoo": "any image model of the timm library, by `architecture`, from ImageNet weights or from scratch",
    "torchvision_zoo": "AlexNet and GoogLeNet (Inception v1), which timm lacks, from ImageNet weights or from scratch",
}
