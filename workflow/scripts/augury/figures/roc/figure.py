from augury.figures.declaration import Figure, of_classifiers

FIGURE = Figure(
    order=60,
    title="ROC curves",
    description="ROC curves of true positive rate against false positive rate, for each arm and classifier",
    inputs={"predictions": of_classifiers("predictions.tsv")},
)
