from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=10,
    title="Does it help?",
    description=(
        "Marks with intervals: how much better than the baseline each arm and classifier is, in several measures"
    ),
    inputs={"verdict": table("verdict"), "differences": table("differences")},
    leads=True,
    when=lambda study: len(study.config.arms) > 1,
)
