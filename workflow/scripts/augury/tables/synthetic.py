"""What the columns of tables/synthetic.tsv (ScoreRow, one a pool) mean."""

SYNTHETIC_COLUMNS = {
    "split": "the split",
    "generator": "the generator, with @N for the snapshot at N",
    "selection": "how the images were chosen from what the generator makes",
    "seed": "seed of the generator's training",
    "class": "the class, or `all`",
    "n_real": "training images of the class",
    "n_synthetic": "synthetic images in the pool",
    "extractor": "network that turned images into features; only distances of one extractor can be compared",
    "frechet_distance": "Frechet distance between all training and all synthetic images; smaller is closer",
    "frechet_low": "lower end of its 95% interval, over specimens and synthetic images",
    "frechet_high": "upper end of its 95% interval",
    "n_half": "images in half of the training images",
    "frechet_half": "the distance between n_half training and n_half synthetic images, mean over random draws",
    "frechet_real": "the distance between two halves of the training images, mean over halvings: what chance gives",
}
