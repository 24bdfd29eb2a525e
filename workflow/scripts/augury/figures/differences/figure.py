from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=10,
    title="Does it help?",
    description=("Differences from the baseline, with intervals, of each arm and classifier in several measures"),
    inputs={"verdict": table("verdict"), "differences": table("differences")},
    leads=True,
    when=lambda study: len(study.config.arms) > 1,
)
