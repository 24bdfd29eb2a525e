# For `snakemake` in a clone; the workflow is workflow/Snakefile.
include: "workflow/Snakefile"


# Snakemake takes no default target from a file that is included.
workflow.default_target = "all"
