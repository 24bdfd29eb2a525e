from augury.figures.declaration import Figure, of_classifiers

FIGURE = Figure(
    order=100,
    title="Calibration: reliability diagrams",
    description="Share called rightly against the probability of the class called, before and after calibration",
    inputs={"predictions": of_classifiers("predictions.tsv")},
)
