from augury.figures.declaration import Figure, of_classifiers

FIGURE = Figure(
    order=110,
    title="Training curves of classifiers",
    description="Training curves: loss and accuracy against epochs, for training and validation images of every arm",
    inputs={"histories": of_classifiers("history.tsv", ensembles=False)},
)
