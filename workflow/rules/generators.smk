# Generators, each trained on the training part of its own split or made of images that are there already.


rule train_generator:
    input:
        unpack(plan.generators.training_inputs),
    output:
        weights=f"{paths.generator}/generator.safetensors",
        description=f"{paths.generator}/generator.json",
        discriminator=f"{paths.generator}/discriminator.safetensors",
        history=f"{paths.generator}/history.tsv",
        training=f"{paths.generator}/training.tsv",
        samples=f"{paths.generator}/samples.png",
        truncations=f"{paths.generator}/truncations.png",
        walk=f"{paths.generator}/latent_walk.png",
        leaks=f"{paths.generator}/leaks.tsv",
        snapshots=directory(f"{paths.generator}/snapshots"),
    log:
        f"{paths.logs}/train_generator/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/train_generator/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(study.adversarial_generators),
    priority: 40
    conda:
        "../../envs/torch.yaml"
    threads: lambda wildcards: study.gpus(wildcards.generator)
    resources:
        mem_mb=memory(needs.generator_mb),
        runtime=minutes(needs.generator_minutes),
        gpu=lambda wildcards: study.needs_gpu("generators", wildcards.generator),
    params:
        script=script("train_generator"),
        code=plan.generators.code("train_generator", "training"),
        words=listed("packs", "splits", "start_splits"),
        settings=lambda wildcards: study.settings("generators", wildcards.generator),
        classes=plan.generators.trained_classes,
        start=plan.generators.options,
        start_folder=plan.generators.start_folder,
        tested=uncompared(plan.generators.tested),
        start_digest=plan.generators.start_digest,
        folder=folder,
        guard=study.config.guard,
        device=uncompared(lambda wildcards: study.device("generators", wildcards.generator)),
        gpus=uncompared(lambda wildcards: study.gpus(wildcards.generator)),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --name {wildcards.generator:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --class {wildcards.class_:q}"
        " --classes {params.classes:q} {params.words:q} {params.tested:q} --guard {params.guard}"
        " --device {params.device} --gpus {params.gpus} {params.start:q} {params.start_folder:q}"
        " --output {params.folder:q} {params.store:q} --threads {threads} --log {log:q}"


use rule train_generator as train_generator_alone with:  # without a discriminator
    output:
        weights=f"{paths.generator}/generator.safetensors",
        description=f"{paths.generator}/generator.json",
        history=f"{paths.generator}/history.tsv",
        training=f"{paths.generator}/training.tsv",
        samples=f"{paths.generator}/samples.png",
        truncations=f"{paths.generator}/truncations.png",
        walk=f"{paths.generator}/latent_walk.png",
        leaks=f"{paths.generator}/leaks.tsv",
        snapshots=directory(f"{paths.generator}/snapshots"),
    wildcard_constraints:
        generator=one_of(set(study.trained_generators) - set(study.adversarial_generators)),


rule import_images:
    input:
        unpack(plan.generators.import_inputs),
    output:
        weights=f"{paths.generator}/generator.safetensors",
        description=f"{paths.generator}/generator.json",
        training=f"{paths.generator}/training.tsv",
        samples=f"{paths.generator}/samples.png",
        quarantine=f"{paths.generator}/quarantine.tsv",
        leaks=f"{paths.generator}/leaks.tsv",
    log:
        f"{paths.logs}/import_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/import_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(study.imported_generators),
    group:
        None if engine.sends_sources else "imports"
    localrule: engine.sends_sources
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=minutes(30, "imports"),
        turn=1,
    params:
        script=script("import_images"),
        code=plan.generators.code("import_images", "images", "networks"),
        settings=lambda wildcards: study.settings("generators", wildcards.generator),
        words=listed("pack", "splits"),
        options=uncompared(plan.generators.import_options),
        class_folders=plan.generators.class_folders,
        content=plan.generators.import_digest,
        tested=uncompared(plan.generators.tested),
        preparation=study.pack_settings,
        folder=folder,
        guard=study.config.guard,
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --name {wildcards.generator:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --class {wildcards.class_:q} {params.words:q}"
        " {params.options:q} {params.class_folders:q} {params.tested:q} --preparation {params.preparation:q} --guard {params.guard} --output {params.folder:q}"
        " {params.store:q} --threads {threads} --log {log:q}"
