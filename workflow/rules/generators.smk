# Generators, each trained on the training part of its own split or made of images that are there already, and the pools
# of images that they draw.


rule train_generator:
    input:
        unpack(files.training_inputs),
    output:
        weights=f"{files.generator}/generator.safetensors",
        description=f"{files.generator}/generator.json",
        discriminator=f"{files.generator}/discriminator.safetensors",
        history=f"{files.generator}/history.tsv",
        training=f"{files.generator}/training.tsv",
        samples=f"{files.generator}/samples.png",
        truncations=f"{files.generator}/truncations.png",
        walk=f"{files.generator}/latent_walk.png",
        leaks=f"{files.generator}/leaks.tsv",
        snapshots=directory(f"{files.generator}/snapshots"),
    log:
        f"{files.logs}/train_generator/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/train_generator/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(study.trained_generators),
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=needs.generator_mb,
        runtime=needs.generator_minutes,
        gpu=lambda wildcards: study.needs_gpu(study.config["generators"][wildcards.generator]),
    params:
        code=family_code("train_generator", "generators", ".training"),
        words=listed("packs", "splits"),
        settings=lambda wildcards: study.settings("generators", wildcards.generator),
        classes=files.trained_classes,
        start=files.start_options,
        # Not compared, as it takes the input: the split's tables are of the same parts.
        tested=lambda wildcards, input: files.tested(wildcards),
        start_digest=files.start_digest,
        folder=files.generator,
        guard=study.config["guard"],
        # Not compared, as it takes the input: the place of a training is no part of its result.
        device=lambda wildcards, input: study.device("generators", wildcards.generator),
        store=store,
        pins=pins("torch"),
    shell:
        "python workflow/scripts/train_generator.py --name {wildcards.generator:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --class {wildcards.class_:q}"
        " --classes {params.classes:q} {params.words:q} {params.tested:q} --guard {params.guard}"
        " --device {params.device} {params.start:q}"
        " --output {params.folder:q} {params.store:q} --threads {threads} --log {log:q}"


rule import_images:
    input:
        unpack(files.import_inputs),
    output:
        weights=f"{files.generator}/generator.safetensors",
        description=f"{files.generator}/generator.json",
        training=f"{files.generator}/training.tsv",
        samples=f"{files.generator}/samples.png",
        quarantine=f"{files.generator}/quarantine.tsv",
        leaks=f"{files.generator}/leaks.tsv",
    log:
        f"{files.logs}/import_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/import_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(study.imported_generators),
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=120,
    params:
        code=import_code,
        settings=lambda wildcards: study.settings("generators", wildcards.generator),
        options=files.import_options,
        content=files.import_digest,
        # Not compared, as it takes the input: the split's tables are of the same parts.
        tested=lambda wildcards, input: files.tested(wildcards),
        preparation=study.pack_settings,
        folder=files.generator,
        guard=study.config["guard"],
        store=store,
        pins=pins("torch"),
    shell:
        "python workflow/scripts/import_images.py --name {wildcards.generator:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --class {wildcards.class_:q} {params.options:q}"
        " {params.tested:q} --preparation {params.preparation:q} --guard {params.guard} --output {params.folder:q}"
        " {params.store:q} --threads {threads} --log {log:q}"


rule synthesize_images:
    input:
        unpack(drawing_inputs),
        split=files.split,
    output:
        index=f"{files.pool}/index.tsv",
    log:
        f"{files.logs}/synthesize_images/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/synthesize_images/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=mb(4000),
        runtime=needs.pool_minutes,
        gpu=study.needs_gpu({}),
    params:
        code=family_code("synthesize_images", "generators", ".networks"),
        generator=files.source,
        options=files.drawing_options,
        shard_images=study.config["shard_images"],
        device=lambda wildcards, input: study.config["device"],
        folder=files.pool,
        store=store,
        pins=pins("torch"),
    shell:
        "python workflow/scripts/synthesize_images.py --generator {params.generator:q} --class {wildcards.class_:q}"
        " --split-table {input.split:q} {params.options:q} --shard-images {params.shard_images}"
        " --device {params.device} --output {params.folder:q} {params.store:q} --threads {threads} --log {log:q}"
