from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=40,
    title="The answer at a glance",
    description="Dots with intervals: test accuracy and macro F1 of every arm, for each classifier",
    inputs={"classification": table("classification")},
    leads=True,
)
