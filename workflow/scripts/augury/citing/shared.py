"""Publications that several families share; a family's own stand in its family.py."""

from augury.citing.reference import Reference

NEURIPS = "Advances in Neural Information Processing Systems"
CVPR = "IEEE/CVF Conference on Computer Vision and Pattern Recognition"
ICML = "International Conference on Machine Learning"
ICLR = "International Conference on Learning Representations"
ICCV = "IEEE/CVF International Conference on Computer Vision"

# Adversarial training
ADA = Reference(
    "karras2020ada",
    "Karras, Tero and Aittala, Miika and Hellsten, Janne and Laine, Samuli and Lehtinen, Jaakko and Aila, Timo",
    "Training Generative Adversarial Networks with Limited Data", 2020, NEURIPS, "33", arxiv="2006.06676",
    kind="inproceedings",
)  # fmt: skip
DIFFAUGMENT = Reference(
    "zhao2020diffaugment", "Zhao, Shengyu and Liu, Zhijian and Lin, Ji and Zhu, Jun-Yan and Han, Song",
    "Differentiable Augmentation for Data-Efficient GAN Training", 2020, NEURIPS, "33", arxiv="2006.10738",
    kind="inproceedings",
)  # fmt: skip
LECAM = Reference(
    "tseng2021lecam", "Tseng, Hung-Yu and Jiang, Lu and Liu, Ce and Yang, Ming-Hsuan and Yang, Weilong",
    "Regularizing Generative Adversarial Networks under Limited Data", 2021, CVPR, arxiv="2104.03310",
    kind="inproceedings",
)  # fmt: skip
FREEZED = Reference(
    "mo2020freezed", "Mo, Sangwoo and Cho, Minsu and Shin, Jinwoo",
    "Freeze the Discriminator: a Simple Baseline for Fine-Tuning GANs", 2020, arxiv="2002.10964",
)  # fmt: skip
R3GAN = Reference(
    "huang2024r3gan", "Huang, Yiwen and Gokaslan, Aaron and Kuleshov, Volodymyr and Tompkin, James",
    "The GAN is dead; long live the GAN! A Modern GAN Baseline", 2024, NEURIPS, "37", arxiv="2501.05441",
    kind="inproceedings",
)  # fmt: skip

# Classifiers
IMAGENET = Reference(
    "russakovsky2015imagenet", "Russakovsky, Olga and Deng, Jia and Su, Hao and others",
    "ImageNet Large Scale Visual Recognition Challenge", 2015, "International Journal of Computer Vision", "115",
    "211-252", doi="10.1007/s11263-015-0816-y", kind="article",
)  # fmt: skip
TIMM = Reference(
    "wightman2019timm", "Wightman, Ross", "PyTorch Image Models", 2019, doi="10.5281/zenodo.4414861",
)  # fmt: skip
ECA = Reference(
    "wang2020eca", "Wang, Qilong and Wu, Banggu and Zhu, Pengfei and Li, Peihua and Zuo, Wangmeng and Hu, Qinghua",
    "ECA-Net: Efficient Channel Attention for Deep Convolutional Neural Networks", 2020, CVPR, arxiv="1910.03151",
    kind="inproceedings",
)  # fmt: skip
MIXUP = Reference(
    "zhang2018mixup", "Zhang, Hongyi and Cisse, Moustapha and Dauphin, Yann N. and Lopez-Paz, David",
    "mixup: Beyond Empirical Risk Minimization", 2018, ICLR, arxiv="1710.09412", kind="inproceedings",
)  # fmt: skip
CUTMIX = Reference(
    "yun2019cutmix",
    "Yun, Sangdoo and Han, Dongyoon and Oh, Seong Joon and Chun, Sanghyuk and Choe, Junsuk and Yoo, Youngjoon",
    "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", 2019, ICCV,
    arxiv="1905.04899", kind="inproceedings",
)  # fmt: skip
TRIVIALAUGMENT = Reference(
    "muller2021trivialaugment", "Müller, Samuel G. and Hutter, Frank",
    "TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation", 2021, ICCV, arxiv="2103.10158",
    kind="inproceedings",
)  # fmt: skip
RANDAUGMENT = Reference(
    "cubuk2020randaugment", "Cubuk, Ekin D. and Zoph, Barret and Shlens, Jonathon and Le, Quoc V.",
    "RandAugment: Practical Automated Data Augmentation with a Reduced Search Space", 2020, NEURIPS, "33",
    arxiv="1909.13719", kind="inproceedings",
)  # fmt: skip
AUGMIX = Reference(
    "hendrycks2020augmix",
    "Hendrycks, Dan and Mu, Norman and Cubuk, Ekin D. and Zoph, Barret and Gilmer, Justin and Lakshminarayanan, Balaji",
    "AugMix: A Simple Data Processing Method to Improve Robustness and Uncertainty", 2020, ICLR, arxiv="1912.02781",
    kind="inproceedings",
)  # fmt: skip
ADAMW = Reference(
    "loshchilov2019adamw", "Loshchilov, Ilya and Hutter, Frank", "Decoupled Weight Decay Regularization", 2019, ICLR,
    arxiv="1711.05101", kind="inproceedings",
)  # fmt: skip
ADAM = Reference(
    "kingma2015adam", "Kingma, Diederik P. and Ba, Jimmy", "Adam: A Method for Stochastic Optimization", 2015, ICLR,
    arxiv="1412.6980", kind="inproceedings",
)  # fmt: skip
EFFECTIVE_NUMBER = Reference(
    "cui2019effective", "Cui, Yin and Jia, Menglin and Lin, Tsung-Yi and Song, Yang and Belongie, Serge",
    "Class-Balanced Loss Based on Effective Number of Samples", 2019, CVPR, arxiv="1901.05555", kind="inproceedings",
)  # fmt: skip
# Beginnings of timm's names, the longer ones first.
ARCHITECTURES = {
    "resnext": Reference(
        "xie2017resnext", "Xie, Saining and Girshick, Ross and Dollár, Piotr and Tu, Zhuowen and He, Kaiming",
        "Aggregated Residual Transformations for Deep Neural Networks", 2017, CVPR, arxiv="1611.05431",
        kind="inproceedings",
    ),
    "resnet": Reference(
        "he2016resnet", "He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian",
        "Deep Residual Learning for Image Recognition", 2016, CVPR, arxiv="1512.03385", kind="inproceedings",
    ),
    "vgg": Reference(
        "simonyan2015vgg", "Simonyan, Karen and Zisserman, Andrew",
        "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2015, ICLR, arxiv="1409.1556",
        kind="inproceedings",
    ),
    "efficientnet_": Reference(
        "tan2019efficientnet", "Tan, Mingxing and Le, Quoc V.",
        "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019, ICML, arxiv="1905.11946",
        kind="inproceedings",
    ),
    "convnext_": Reference(
        "liu2022convnext",
        "Liu, Zhuang and Mao, Hanzi and Wu, Chao-Yuan and Feichtenhofer, Christoph and Darrell, Trevor and "
        "Xie, Saining",
        "A ConvNet for the 2020s", 2022, CVPR, arxiv="2201.03545", kind="inproceedings",
    ),
    "mobilenetv2_": Reference(
        "sandler2018mobilenetv2",
        "Sandler, Mark and Howard, Andrew and Zhu, Menglong and Zhmoginov, Andrey and Chen, Liang-Chieh",
        "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018, CVPR, arxiv="1801.04381",
        kind="inproceedings",
    ),
    "mobilenetv3_": Reference(
        "howard2019mobilenetv3", "Howard, Andrew and Sandler, Mark and Chu, Grace and others",
        "Searching for MobileNetV3", 2019, ICCV, arxiv="1905.02244", kind="inproceedings",
    ),
}  # fmt: skip


def of_architecture(name: str) -> tuple[Reference, ...]:
    """timm and, where it is known here, the publication of one of its architectures; of others, whoever cites says."""
    bare = name.removeprefix("tf_")
    known = [reference for begins, reference in ARCHITECTURES.items() if bare.startswith(begins)]
    return (*known[:1], TIMM)
