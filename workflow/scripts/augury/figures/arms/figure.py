from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=40,
    title="Accuracy and F1 by arm",
    description="Dots with intervals: test accuracy and macro F1 of every arm, for each classifier",
    inputs={"classification": table("classification")},
    leads=True,
)
