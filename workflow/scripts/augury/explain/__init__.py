"""What a trained classifier looks at, and how it arranges images: maps of Grad-CAM, and UMAP of its features.

Test images are only looked at here: nothing of it is fed back into a training or a choice.
"""
