# What is noticed about the images before anything is trained: logged, and read by the report alone.


rule inspect_images:
    input:
        indices=paths.each_class(f"{paths.images}/index.tsv"),
        fingerprints=paths.each_class(f"{paths.images}/fingerprints.npy"),
        headers=paths.each_class(f"{paths.images}/headers.tsv"),
        # The classes' tables: a bundle of a cluster holds the merged ones and the report.
        splits=expand(paths.split, split=study.splits[:10], class_=study.classes),
    output:
        warnings=image_table("warnings"),
        views=image_table("views"),
        shortcuts=image_table("shortcuts"),
    log:
        f"{paths.logs}/inspect_images.log",
    benchmark:
        f"{paths.benchmarks}/inspect_images.tsv"
    # No training waits for it, and what it says is wanted before they begin.
    priority: 50
    group:
        "inspection"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(needs.duplicates_mb),
        runtime=minutes(needs.duplicates_minutes, "inspection"),
        turn=1,
    params:
        script=script("inspect_images"),
        code=code_digest("inspect_images"),
        folders=folders_of("indices"),
        words=listed("splits"),
        pins=pins("data"),
    shell:
        "python {params.script:q} --class-folders {params.folders:q} {params.words:q}"
        " --warnings {output.warnings:q} --views {output.views:q} --shortcuts {output.shortcuts:q}"
        " --threads {threads} --log {log:q}"
