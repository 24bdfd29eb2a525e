"""Linear filters of images and feature maps: resampling by FIR kernels, and the wavelets that supply the kernels."""
