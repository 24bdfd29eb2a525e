# From folders of images to parts and packs. A chain of per-class files, so that a new image touches its class alone;
# what spans classes is merged downstream and read by no per-class step. Settings are given by functions: in a plain text,
# Snakemake would take a regular expression's braces for wildcards.


rule fetch_demo_images:
    output:
        marker=local("resources/demo/images.tsv"),
    log:
        "logs/fetch_demo_images.log",
    localrule: True
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=500,
        runtime=10,
    params:
        script=script("fetch_demo_images"),
        code=code_digest("fetch_demo_images"),
        folder=lambda wildcards, output: os.path.splitext(output.marker)[0],
        pins=pins("data"),
    shell:
        "python {params.script:q} --folder {params.folder:q} --marker {output.marker:q}"
        " --threads {threads} --log {log:q}"


rule augment_class:
    input:
        demo=local(["resources/demo/images.tsv"]) if study.is_demo else [],
    output:
        table=f"{paths.images}/augmented.tsv",
    log:
        f"{paths.logs}/augment_class/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/augment_class/{{class_}}.tsv"
    priority: 100
    group:
        None if engine.sends_sources else "images"
    localrule: engine.sends_sources
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(needs.augmentation_minutes, "images"),
        turn=1,
    params:
        script=script("augment_class"),
        code=code_digest("augment_class"),
        folders=uncompared(lambda wildcards: study.contents.folders(wildcards.class_)),
        root=uncompared(["--root", study.config.images]),
        files=uncompared(plan.data.original_choice),
        digest=lambda wildcards: study.contents.digest(wildcards.class_),
        options=plan.data.augmentation_options,
        output=lambda wildcards, output: os.path.splitext(output.table)[0],
        pins=pins("torch"),
    shell:
        "python {params.script:q} --folder {params.folders:q} {params.files:q}"
        " --class {wildcards.class_:q} {params.root:q} {params.options:q}"
        " --output {params.output:q} --table {output.table:q}"
        " --threads {threads} --log {log:q}"


rule index_class:
    input:
        demo=local(["resources/demo/images.tsv"]) if study.is_demo else [],
        augmented=plan.data.augmented_table,
    output:
        index=f"{paths.images}/index.tsv",
        quarantine=f"{paths.images}/quarantine.tsv",
        duplicates=f"{paths.images}/duplicates.tsv",
        fingerprints=f"{paths.images}/fingerprints.npy",
        headers=f"{paths.images}/headers.tsv",
    log:
        f"{paths.logs}/index_class/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/index_class/{{class_}}.tsv"
    priority: 100
    group:
        None if engine.sends_sources else "images"
    localrule: engine.sends_sources
    conda:
        "../../envs/data.yaml"
    threads: needs.comparing_threads
    resources:
        mem_mb=memory(2000),
        runtime=minutes(needs.class_minutes, "images"),
        turn=1,
    params:
        script=script("index_class"),
        code=code_digest("index_class"),
        folders=uncompared(plan.data.image_folders),
        root=uncompared([] if plan.data.augments_first else ["--root", study.config.images]),
        files=uncompared(plan.data.image_choice),
        digest=lambda wildcards: study.contents.digest(wildcards.class_),
        settings=plan.data.index_settings,
        pins=pins("data"),
    shell:
        "python {params.script:q} --folder {params.folders:q} {params.files:q} {params.root:q}"
        " --class {wildcards.class_:q}"
        " --settings {params.settings:q} --index {output.index:q}"
        " --quarantine {output.quarantine:q} --duplicates {output.duplicates:q}"
        " --fingerprints {output.fingerprints:q} --headers {output.headers:q} --threads {threads} --log {log:q}"


rule find_duplicates:
    input:
        indices=paths.each_class(f"{paths.images}/index.tsv"),
        quarantines=paths.each_class(f"{paths.images}/quarantine.tsv"),
        duplicates=paths.each_class(f"{paths.images}/duplicates.tsv"),
        fingerprints=paths.each_class(f"{paths.images}/fingerprints.npy"),
    output:
        manifest=f"{paths.results}/images/manifest.tsv",
        quarantine=image_table("quarantine"),
        duplicates=image_table("duplicates"),
    log:
        f"{paths.logs}/find_duplicates.log",
    benchmark:
        f"{paths.benchmarks}/find_duplicates.tsv"
    priority: 90
    group:
        "inspection"
    conda:
        "../../envs/data.yaml"
    threads: needs.comparing_threads
    resources:
        mem_mb=memory(needs.duplicates_mb),
        runtime=minutes(needs.duplicates_minutes, "inspection"),
        turn=1,
    params:
        script=script("find_duplicates"),
        code=code_digest("find_duplicates"),
        folders=folders_of("indices"),
        options=["--min-images", study.config.warn_below_images]
        + ([] if study.config.specimens.near_duplicates else ["--exact-only"]),
        pins=pins("data"),
    shell:
        "python {params.script:q} --class-folders {params.folders:q}"
        " {params.options} --manifest {output.manifest:q} --quarantine {output.quarantine:q} --duplicates {output.duplicates:q}"
        " --threads {threads} --log {log:q}"


rule split_class:
    input:
        index=f"{paths.images}/index.tsv",
    output:
        table=paths.split,
    log:
        f"{paths.logs}/split_class/{{split}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/split_class/{{split}}/{{class_}}.tsv"
    wildcard_constraints:
        split=one_of(study.splits),
    priority: 90
    group:
        "images"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(500),
        runtime=minutes(1, "images"),
        turn=1,
    params:
        script=script("split_class"),
        code=code_digest("split_class"),
        settings=plan.data.split_settings,
        brought=study.contents.brought_parts,
        digest=lambda wildcards: study.contents.brought_digest(wildcards.class_),
        parts=uncompared(lambda wildcards: study.contents.brought_words(wildcards.class_)),
        shared_digest=lambda wildcards: study.contents.shared.digest(wildcards.class_, wildcards.split),
        shared=uncompared(plan.data.shared_options),
        pins=pins("data"),
    shell:
        "python {params.script:q} --index {input.index:q} --split {wildcards.split:q}"
        " --settings {params.settings:q} --brought {params.brought:q} {params.parts:q} {params.shared:q}"
        " --output {output.table:q} --threads {threads} --log {log:q}"


rule merge_split:
    input:
        tables=paths.of_split,
    output:
        table=f"{paths.results}/splits/{{split}}.tsv",
    log:
        f"{paths.logs}/merge_split/{{split}}.log",
    benchmark:
        f"{paths.benchmarks}/merge_split/{{split}}.tsv"
    priority: 90
    group:
        "report"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(1000),
        runtime=minutes(1, "report"),
        turn=1,
    params:
        script=script("merge_split"),
        code=code_digest("merge_split"),
        words=listed("tables"),
        pins=pins("data"),
    shell:
        "python {params.script:q} {params.words:q} --output {output.table:q}" " --threads {threads} --log {log:q}"


rule pack_class:
    input:
        index=f"{paths.images}/index.tsv",
    output:
        pack=f"{paths.pack}.npy",
        rows=f"{paths.pack}.tsv",
    log:
        f"{paths.logs}/pack_class/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/pack_class/{{pack}}/{{class_}}.tsv"
    priority: 80
    group:
        None if engine.sends_sources else "images"
    localrule: engine.sends_sources
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.class_pack_mb),
        runtime=minutes(needs.class_minutes, "images"),
        turn=1,
    params:
        script=script("pack_class"),
        code=code_digest("pack_class"),
        folders=uncompared(plan.data.image_folders),
        files=uncompared(plan.data.image_choice),
        size=lambda wildcards: wildcards.pack.partition("px-")[0],
        channels=lambda wildcards: wildcards.pack.partition("px-")[2],
        settings=lambda wildcards: study.pack_settings,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --index {input.index:q} --folder {params.folders:q} {params.files:q}"
        " --size {params.size} --channels {params.channels} --settings {params.settings:q}"
        " --pack {output.pack:q} --rows {output.rows:q} --threads {threads} --log {log:q}"
