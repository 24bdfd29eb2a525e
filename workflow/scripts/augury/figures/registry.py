"""The catalogue of figures: file type, title and the files each is drawn from. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, drawn by augury.figures.NAME."""

    suffix: str  # svg, or png where it is made of photographs
    title: str
    inputs: dict[str, str]  # option of plot_results.py -> the files that it takes, in words of the results folder
    description: str  # for those who cannot see it


FIGURES = {
    "differences": Figure(
        "svg",
        "Does it help?",
        {"verdict": "tables/verdict.tsv", "differences": "tables/differences.tsv"},
        "Marks with intervals: how much better than the baseline each arm and classifier is, in several measures",
    ),
    "worth": Figure(
        "svg",
        "What it is worth in real specimens",
        {"worth": "tables/worth.tsv"},
        "Accuracy against real training specimens a class, and for each arm where on that curve it stands",
    ),
    "ratio_sweep": Figure(
        "svg",
        "How many synthetic images",
        {"verdict": "tables/verdict.tsv"},
        "Difference from the baseline against synthetic images per real one, with intervals",
    ),
    "arms": Figure(
        "svg",
        "The answer at a glance",
        {"classification": "tables/classification.tsv"},
        "Dots with intervals: test accuracy and macro F1 of every arm, for each classifier",
    ),
    "confusion": Figure(
        "svg",
        "Which classes are taken for which",
        {"predictions": "classifiers/*/predictions.tsv"},
        "Squares of true class against predicted class, one for each arm and classifier",
    ),
    "roc": Figure(
        "svg",
        "How well scores tell each class from the rest",
        {"predictions": "classifiers/*/predictions.tsv"},
        "Curves of true positive rate against false positive rate, for each arm and classifier",
    ),
    "confused_pairs": Figure(
        "png",
        "The pairs that are confused most",
        {"predictions": "classifiers/*/predictions.tsv", "packs": "packs/*.npy"},
        "For each pair of classes a row of images of the one above a row of images of the other that were taken for it",
    ),
    "grad_cam": Figure(
        "png",
        "What the classifiers look at",
        {"sheets": "explanations/*/grad_cam.png", "explanations": "explanations/*/grad_cam.tsv"},
        "A row of test images, and below it a row for each arm and classifier with the places that it looked at",
    ),
    "umap": Figure(
        "svg",
        "How the classifiers arrange the images",
        {"maps": "explanations/*/umap.tsv"},
        "Points in the plane, one an image, coloured by class, for each arm and classifier",
    ),
    "calibration": Figure(
        "svg",
        "How far its probabilities can be trusted",
        {"predictions": "classifiers/*/predictions.tsv"},
        "Share called rightly against the probability of the class called, before and after calibration",
    ),
    "learning_curves": Figure(
        "svg",
        "How the classifiers learned",
        {"histories": "classifiers/*/history.tsv"},
        "Loss and accuracy against epochs, for training and validation images of every arm",
    ),
    "generator_scores": Figure(
        "svg",
        "How near each generator comes to the real images",
        {"generators": "tables/generators.tsv", "synthetic": "tables/synthetic.tsv"},
        "Dots with intervals: two distances from the real images of every class, for each generator",
    ),
    "score_curves": Figure(
        "svg",
        "How the images got nearer over the training",
        {"synthetic": "tables/synthetic.tsv"},
        "Kernel distance against images seen, for every generator, with the best snapshots ringed",
    ),
    "generator_losses": Figure(
        "svg",
        "How the generators trained",
        {"histories": "generators/*/history.tsv"},
        "Losses and the discriminator's output against images seen, for every generator",
    ),
    "ada": Figure(
        "svg",
        "How well discriminators know their images",
        {"histories": "generators/*/history.tsv"},
        "Mean sign of the discriminator's output and the strength of augmentation against images seen",
    ),
    "samples": Figure(
        "png",
        "Real and synthetic images side by side",
        {"pools": "synthetic/*/index.tsv", "packs": "packs/*.npy", "splits": "splits/*/CLASS.tsv"},
        "For each class a row of real training images above rows of synthetic images",
    ),
    "compared": Figure(
        "png",
        "What was chosen, beside what chance gives",
        {"sheets": "synthetic/*/compared.png", "descriptions": "synthetic/*/selection.json"},
        "For each generator, selection and class rows of images drawn at random above rows of the images chosen",
    ),
    "fitness_curves": Figure(
        "svg",
        "How the genetic searches went",
        {"histories": "synthetic/*/history.tsv"},
        "Fitness and variety of sets of synthetic images against generations, for every class",
    ),
    "truncations": Figure(
        "png",
        "Between variety and the typical image",
        {"sheets": "generators/*/truncations.png", "descriptions": "generators/*/generator.json"},
        "For each generator and class rows of the same synthetic images at several truncations",
    ),
    "latent_walk": Figure(
        "png",
        "From one image to another",
        {"sheets": "generators/*/latent_walk.png"},
        "For each generator and class rows of frames that turn one synthetic image into another",
    ),
    "neighbours": Figure(
        "png",
        "Are they copies?",
        {"neighbours": "synthetic/*/neighbours.tsv", "sheets": "synthetic/*/neighbours.png"},
        "Synthetic images, each above the training image that it is nearest to, with the ratio of distances",
    ),
}
