from augury.figures.declaration import Figure, table
from augury.figures.ratio_sweep.series import SERIES

FIGURE = Figure(
    order=30,
    title="Effect of the synthetic-to-real ratio",
    description="Difference from the baseline against synthetic images per real one, with intervals",
    inputs={"verdict": table("verdict")},
    leads=True,
    when=lambda study: any(SERIES.match(name) and arm.generator for name, arm in study.config.arms.items()),
)
