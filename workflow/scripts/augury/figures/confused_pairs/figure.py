from augury.figures.declaration import Figure, of_classifiers, packs_of_classifiers

FIGURE = Figure(
    order=70,
    title="Most confused pairs of classes",
    description=(
        "Confused classes: for each pair a row of images of the one above those of the other that were taken for it"
    ),
    inputs={"predictions": of_classifiers("predictions.tsv", ensembles=False), "packs": packs_of_classifiers()},
    suffix="png",
)
