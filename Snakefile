# augury: do synthetic images make a classifier better? See README.md and docs/.
from snakemake.utils import min_version

min_version("9.25")

# A study's config stands alone: were the demo's loaded beneath it, Snakemake would merge their arms.
if not workflow.configfiles:

    configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/inspection.smk"
include: "workflow/rules/generators.smk"
include: "workflow/rules/pools.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/classifiers.smk"
include: "workflow/rules/verdict.smk"
include: "workflow/rules/report.smk"


report: "workflow/report/workflow.rst"


localrules:
    all,
    fetch_demo_images,
    fetch_weights,


rule all:
    default_target: True
    input:
        page.targets(),
