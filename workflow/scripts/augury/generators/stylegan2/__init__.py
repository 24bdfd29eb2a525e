"""StyleGAN2 (Karras et al. 2020, arXiv:1912.04958) in plain PyTorch operations, from 16 to 1024 pixels."""
