# Real images from elsewhere: indexed and packed as the study's own, compared with them, trained on, retrieved.


use rule index_class as index_elsewhere with:
    input:
        [],
    output:
        index=f"{paths.elsewhere}/index.tsv",
        quarantine=f"{paths.elsewhere}/quarantine.tsv",
        duplicates=f"{paths.elsewhere}/duplicates.tsv",
        fingerprints=f"{paths.elsewhere}/fingerprints.npy",
        headers=f"{paths.elsewhere}/headers.tsv",
    log:
        f"{paths.logs}/index_elsewhere/{{elsewhere}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/index_elsewhere/{{elsewhere}}/{{class_}}.tsv"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(needs.elsewhere_minutes, "images"),
        turn=1,
    params:
        folders=uncompared(plan.elsewhere.folder),
        root=uncompared(plan.elsewhere.root),
        files=uncompared(plan.elsewhere.choice),
        digest=plan.elsewhere.digest,
        settings=plan.elsewhere.settings,


use rule pack_class as pack_elsewhere with:
    input:
        index=f"{paths.elsewhere}/index.tsv",
    output:
        pack=f"{paths.elsewhere}/{{pack}}.npy",
        rows=f"{paths.elsewhere}/{{pack}}.tsv",
    log:
        f"{paths.logs}/pack_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/pack_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.tsv"
    resources:
        mem_mb=memory(needs.elsewhere_mb),
        runtime=minutes(needs.elsewhere_minutes, "images"),
        turn=1,
    params:
        folders=uncompared(plan.elsewhere.folder),
        files=uncompared(plan.elsewhere.choice),


use rule extract_features as extract_elsewhere with:
    input:
        pack=f"{paths.elsewhere}/{{pack}}.npy",
        rows=f"{paths.elsewhere}/{{pack}}.tsv",
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=plan.scores.of_networks(f"{paths.elsewhere}/{{pack}}.features-", ".npy"),
    log:
        f"{paths.logs}/extract_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/extract_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.tsv"
    resources:
        mem_mb=memory(needs.elsewhere_mb),
        runtime=minutes(needs.elsewhere_minutes, "features"),
        turn=1,
        gpu=study.needs_gpu(),


rule compare_elsewhere:
    input:
        unpack(plan.elsewhere.compared),
    output:
        twins=f"{paths.results}/{{elsewhere}}/images/twins.tsv",
    log:
        f"{paths.logs}/compare_elsewhere/{{elsewhere}}.log",
    benchmark:
        f"{paths.benchmarks}/compare_elsewhere/{{elsewhere}}.tsv"
    priority: 80
    group:
        "elsewhere"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(needs.elsewhere_mb),
        runtime=minutes(needs.elsewhere_minutes, "elsewhere"),
        turn=1,
    params:
        script=script("compare_elsewhere"),
        code=code_digest("compare_elsewhere"),
        elsewhere=folders_of("indexed"),
        own=folders_of("own"),
        options=[] if study.config.specimens.near_duplicates else ["--exact-only"],
        pins=pins("data"),
    shell:
        "python {params.script:q} --elsewhere-folders {params.elsewhere:q} --class-folders {params.own:q}"
        " {params.options} --twins {output.twins:q} --threads {threads} --log {log:q}"


rule admit_pool:
    input:
        unpack(plan.elsewhere.pool_inputs),
    output:
        rows=paths.admitted,
    log:
        f"{paths.logs}/admit_pool/{{elsewhere}}/{{split}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/admit_pool/{{elsewhere}}/{{split}}/{{class_}}.tsv"
    wildcard_constraints:
        elsewhere=one_of(plan.elsewhere.pools),
    priority: 80  # a pool that shows a test specimen stops the study here
    group:
        "elsewhere"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(2, "elsewhere"),
        turn=1,
    params:
        script=script("admit_pool"),
        code=code_digest("admit_pool"),
        name=lambda wildcards: os.path.basename(wildcards.elsewhere),
        words=listed("indices", "twins", "splits"),
        guard=study.config.guard,
        pins=pins("data"),
    shell:
        "python {params.script:q} --name {params.name:q} --class {wildcards.class_:q} {params.words:q}"
        " --guard {params.guard} --output {output.rows:q} --threads {threads} --log {log:q}"


rule retrieve_images:
    input:
        unpack(plan.elsewhere.retrieval_inputs),
    output:
        weights=f"{paths.generator}/generator.safetensors",
        description=f"{paths.generator}/generator.json",
        training=f"{paths.generator}/training.tsv",
        samples=f"{paths.generator}/samples.png",
        quarantine=f"{paths.generator}/quarantine.tsv",
        leaks=f"{paths.generator}/leaks.tsv",
    log:
        f"{paths.logs}/retrieve_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/retrieve_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(study.pooled_generators),
    priority: 45  # before any training, as a pool that shows a test specimen stops the study here
    group:
        "imports"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=minutes(30, "imports"),
        turn=1,
    params:
        script=script("retrieve_images"),
        code=plan.generators.code("retrieve_images", "images", "networks"),
        settings=lambda wildcards: study.settings("generators", wildcards.generator),
        words=listed("splits", "features", "pool_indices", "pool_packs", "pool_features", "twins"),
        classes=study.classes,
        options=plan.elsewhere.retrieval_options,
        folder=folder,
        guard=study.config.guard,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --name {wildcards.generator:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --class {wildcards.class_:q} --classes {params.classes:q}"
        " {params.words:q} {params.options:q} --guard {params.guard} --output {params.folder:q}"
        " --threads {threads} --log {log:q}"
