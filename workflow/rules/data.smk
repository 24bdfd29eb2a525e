# From folders of images to parts and packs. A chain of per-class files, so that a new image touches its class alone;
# what spans classes is merged downstream and read by no per-class step. Settings are given by functions: in a plain text,
# Snakemake would take a regular expression's braces for wildcards.


rule fetch_demo_images:
    output:
        marker="resources/demo/images.tsv",
    log:
        "logs/fetch_demo_images.log",
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=code("fetch_demo_images"),
        folder=lambda wildcards, output: os.path.splitext(output.marker)[0],
        pins=pins("data"),
    shell:
        "python workflow/scripts/fetch_demo_images.py --folder {params.folder:q} --marker {output.marker:q}"
        " --threads {threads} --log {log:q}"


rule enlarge_class:
    input:
        demo=["resources/demo/images.tsv"] if study.is_demo else [],
    output:
        table=f"{files.images}/enlarged.tsv",
    log:
        f"{files.logs}/enlarge_class/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/enlarge_class/{{class_}}.tsv"
    priority: 100
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        code=code("enlarge_class"),
        # Derived from the input by form, so that Snakemake does not compare it: moved images are the same images.
        folders=lambda wildcards, input: study.contents.folders(wildcards.class_),
        root=lambda wildcards, input: ["--root", study.config["images"]],
        files=lambda wildcards, input: words(["--files", study.files.choice(wildcards.class_)]),
        digest=lambda wildcards: study.contents.digest(wildcards.class_),
        options=files.enlarging_options,
        output=lambda wildcards, output: os.path.splitext(output.table)[0],
        pins=pins("torch"),
    shell:
        "python workflow/scripts/enlarge_class.py --folder {params.folders:q} {params.files:q}"
        " --class {wildcards.class_:q} --digest {params.digest:q} {params.root:q} {params.options:q}"
        " --output {params.output:q} --table {output.table:q}"
        " --threads {threads} --log {log:q}"


rule index_class:
    input:
        demo=["resources/demo/images.tsv"] if study.is_demo else [],
        enlarged=files.enlarged_table,
    output:
        index=f"{files.images}/index.tsv",
        quarantine=f"{files.images}/quarantine.tsv",
        duplicates=f"{files.images}/duplicates.tsv",
        fingerprints=f"{files.images}/fingerprints.npy",
        headers=f"{files.images}/headers.tsv",
    log:
        f"{files.logs}/index_class/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/index_class/{{class_}}.tsv"
    priority: 100
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=mb(2000),
        runtime=needs.class_minutes,
    params:
        code=code("index_class"),
        # Derived from the input by form, so that Snakemake does not compare it: moved images are the same images.
        folders=lambda wildcards, input: files.image_folders(wildcards),
        root=lambda wildcards, input: [] if input.enlarged else ["--root", study.config["images"]],
        files=lambda wildcards, input: words(["--files", files.image_choice(wildcards)]),
        digest=lambda wildcards: study.contents.digest(wildcards.class_),
        settings=files.index_settings,
        pins=pins("data"),
    shell:
        "python workflow/scripts/index_class.py --folder {params.folders:q} {params.files:q} {params.root:q}"
        " --class {wildcards.class_:q}"
        " --digest {params.digest:q} --settings {params.settings:q} --index {output.index:q}"
        " --quarantine {output.quarantine:q} --duplicates {output.duplicates:q}"
        " --fingerprints {output.fingerprints:q} --headers {output.headers:q} --threads {threads} --log {log:q}"


rule find_duplicates:
    input:
        indices=files.each_class(f"{files.images}/index.tsv"),
        quarantines=files.each_class(f"{files.images}/quarantine.tsv"),
        duplicates=files.each_class(f"{files.images}/duplicates.tsv"),
        fingerprints=files.each_class(f"{files.images}/fingerprints.npy"),
    output:
        manifest=f"{files.results}/images/manifest.tsv",
        quarantine=report(
            f"{files.results}/images/quarantine.tsv", caption="../report/quarantine.rst", category="Images"
        ),
        duplicates=report(
            f"{files.results}/images/duplicates.tsv", caption="../report/duplicates.rst", category="Images"
        ),
    log:
        f"{files.logs}/find_duplicates.log",
    benchmark:
        f"{files.benchmarks}/find_duplicates.tsv"
    priority: 90
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=needs.duplicates_mb,
        runtime=needs.duplicates_minutes,
    params:
        code=code("find_duplicates"),
        folders=files.each_class(files.images),
        options=["--min-images", study.config["few_images"]]
        + ([] if study.config["specimens"]["near_duplicates"] else ["--exact-only"]),
        pins=pins("data"),
    shell:
        "python workflow/scripts/find_duplicates.py --class-folders {params.folders:q}"
        " {params.options} --manifest {output.manifest:q} --quarantine {output.quarantine:q} --duplicates {output.duplicates:q}"
        " --threads {threads} --log {log:q}"


rule split_class:
    input:
        index=f"{files.images}/index.tsv",
    output:
        table=files.split,
    log:
        f"{files.logs}/split_class/{{split}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/split_class/{{split}}/{{class_}}.tsv"
    priority: 90
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=mb(500),
        runtime=minutes(3),
    params:
        code=code("split_class"),
        settings=files.split_settings,
        brought=study.contents.brought_parts,
        digest=lambda wildcards: study.contents.brought_digest(wildcards.class_),
        # Derived from the input by form, so that Snakemake does not compare it: the digest stands for it.
        parts=lambda wildcards, input: study.contents.brought_words(wildcards.class_),
        shared_digest=lambda wildcards: study.contents.shared.digest(wildcards.class_, wildcards.split),
        shared=lambda wildcards, input: words(study.contents.shared.words(wildcards.class_, wildcards.split)),
        pins=pins("data"),
    shell:
        "python workflow/scripts/split_class.py --index {input.index:q} --split {wildcards.split:q}"
        " --settings {params.settings:q} --brought {params.brought:q} {params.parts:q} {params.shared:q}"
        " --output {output.table:q} --threads {threads} --log {log:q}"


rule merge_split:
    input:
        tables=files.of_split,
    output:
        table=f"{files.results}/splits/{{split}}.tsv",
    log:
        f"{files.logs}/merge_split/{{split}}.log",
    benchmark:
        f"{files.benchmarks}/merge_split/{{split}}.tsv"
    priority: 90
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=mb(1000),
        runtime=minutes(3),
    params:
        code=code("merge_split"),
        words=listed("tables"),
        pins=pins("data"),
    shell:
        "python workflow/scripts/merge_split.py {params.words:q} --output {output.table:q}"
        " --threads {threads} --log {log:q}"


rule pack_class:
    input:
        index=f"{files.images}/index.tsv",
    output:
        pack=f"{files.pack}.npy",
        rows=f"{files.pack}.tsv",
    log:
        f"{files.logs}/pack_class/{{pack}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/pack_class/{{pack}}/{{class_}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=needs.class_pack_mb,
        runtime=needs.class_minutes,
    params:
        code=code("pack_class"),
        # Derived from the input by form, so that Snakemake does not compare it: moved images are the same images.
        folders=lambda wildcards, input: files.image_folders(wildcards),
        files=lambda wildcards, input: words(["--files", files.image_choice(wildcards)]),
        size=lambda wildcards: wildcards.pack.partition("px-")[0],
        channels=lambda wildcards: wildcards.pack.partition("px-")[2],
        settings=lambda wildcards: study.pack_settings,
        pins=pins("torch"),
    shell:
        "python workflow/scripts/pack_class.py --index {input.index:q} --folder {params.folders:q} {params.files:q}"
        " --size {params.size} --channels {params.channels} --settings {params.settings:q}"
        " --pack {output.pack:q} --rows {output.rows:q} --threads {threads} --log {log:q}"
