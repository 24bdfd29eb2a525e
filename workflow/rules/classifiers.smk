# Classifiers: every arm, classifier, split and seed gives predictions of its own.


rule train_classifier:
    input:
        packs=files.for_classifier(".npy"),
        rows=files.for_classifier(".tsv"),
        splits=files.of_split,
        pools=files.arm_pools,
        duplicates=f"{files.results}/images/duplicates.tsv",
    output:
        weights=f"{files.classifier}/classifier.safetensors",
        description=f"{files.classifier}/classifier.json",
        history=f"{files.classifier}/history.tsv",
        predictions=f"{files.classifier}/predictions.tsv",
        leaks=f"{files.classifier}/leaks.tsv",
    log:
        f"{files.logs}/train_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{files.benchmarks}/train_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=480,
        gpu=lambda wildcards: study.needs_gpu(study.config["classifiers"][wildcards.classifier]),
    params:
        code=family_code("train_classifier", "classifiers"),
        settings=lambda wildcards: study.settings("classifiers", wildcards.classifier),
        weights=lambda wildcards: weights_digest(study.config["classifiers"][wildcards.classifier]),
        arm=lambda wildcards: study.settings("arms", wildcards.arm),
        pools=files.arm_options,
        classes=study.classes,
        folder=files.classifier,
        guard=study.config["guard"],
        # Not compared, as it takes the input: the place of a training is no part of its result.
        device=lambda wildcards, input: study.device("classifiers", wildcards.classifier),
        pins=pins("torch"),
    shell:
        "python workflow/scripts/train_classifier.py --name {wildcards.classifier:q} --arm-name {wildcards.arm:q}"
        " --arm {params.arm:q} --settings {params.settings:q} --split {wildcards.split:q} --seed {wildcards.seed}"
        " --classes {params.classes:q} --packs {input.packs:q} --splits {input.splits:q} {params.pools:q}"
        " --duplicates {input.duplicates:q} --guard {params.guard} --device {params.device} --output {params.folder:q}"
        " --threads {threads} --log {log:q}"
