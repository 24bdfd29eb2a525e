from augury.figures.declaration import Figure, scored, table

FIGURE = Figure(
    order=130,
    title="Kernel distance during training",
    description="Kernel distance against images seen, for every generator, with the best snapshots ringed",
    inputs={"synthetic": table("synthetic")},
    when=lambda study: scored(study) and any(len(study.variants(name)) > 1 for name in study.config.generators),
)
