# What is noticed about the images before anything is trained: told, and read by the report alone.


rule inspect_images:
    input:
        indices=files.each_class(f"{files.images}/index.tsv"),
        fingerprints=files.each_class(f"{files.images}/fingerprints.npy"),
        headers=files.each_class(f"{files.images}/headers.tsv"),
        # The classes' tables: a bundle of a cluster holds the merged ones and the report.
        splits=expand(files.split, split=study.splits[:10], class_=study.classes),
    output:
        warnings=report(f"{files.results}/images/warnings.tsv", caption="../report/warnings.rst", category="Images"),
        views=report(f"{files.results}/images/views.tsv", caption="../report/views.rst", category="Images"),
        shortcuts=report(f"{files.results}/images/shortcuts.tsv", caption="../report/shortcuts.rst", category="Images"),
    log:
        f"{files.logs}/inspect_images.log",
    benchmark:
        f"{files.benchmarks}/inspect_images.tsv"
    # No training waits for it, and what it says is wanted before they begin.
    priority: 50
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=needs.duplicates_mb,
        runtime=needs.duplicates_minutes,
    params:
        code=code("inspect_images"),
        folders=files.each_class(files.images),
        words=listed("splits"),
        pins=pins("data"),
    shell:
        "python workflow/scripts/inspect_images.py --class-folders {params.folders:q} {params.words:q}"
        " --warnings {output.warnings:q} --views {output.views:q} --shortcuts {output.shortcuts:q}"
        " --threads {threads} --log {log:q}"
