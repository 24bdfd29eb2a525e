from augury.figures.declaration import Figure, of_classifiers

FIGURE = Figure(
    order=100,
    title="Calibration: reliability diagrams",
    description="Reliability diagrams: accuracy against confidence, before and after calibration",
    inputs={"predictions": of_classifiers("predictions.tsv")},
)
