"""Networks of torchvision that timm lacks."""
