# Classifiers: the weights that they start from; every arm, classifier, split and seed gives predictions of its own;
# ensembles, and what explains them.


rule fetch_weights:
    output:
        weights=f"{paths.weights}.safetensors",
        record=f"{paths.weights}.json",
    log:
        "logs/fetch_weights/{architecture}.log",
    wildcard_constraints:
        architecture=one_of(fetched_architectures(study.config)),
    localrule: True
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        script=script("fetch_weights"),
    # No code and no pins: weights that are there are not fetched again because the way of fetching has changed.
    shell:
        "python {params.script:q} --architecture {wildcards.architecture:q} --output {output.weights:q}"
        " --record {output.record:q} --threads {threads} --log {log:q}"


rule train_classifier:
    input:
        unpack(plan.classifiers.inputs),
        duplicates=f"{paths.results}/images/duplicates.tsv",
        recipe=plan.classifiers.recipe,
        weights_record=plan.weights.records,
        pretrained=ancient(plan.weights.files),
    output:
        weights=f"{paths.classifier}/classifier.safetensors",
        description=f"{paths.classifier}/classifier.json",
        reference=f"{paths.classifier}/reference.safetensors",
        history=f"{paths.classifier}/history.tsv",
        predictions=f"{paths.classifier}/predictions.tsv",
        leaks=f"{paths.classifier}/leaks.tsv",
    log:
        f"{paths.logs}/train_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{paths.benchmarks}/train_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    group:
        bundles.classifiers
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.classifier_mb),
        runtime=bundles.classifier_minutes,
        turn=1,
        gpu=lambda wildcards: study.needs_gpu("classifiers", wildcards.classifier),
    params:
        script=script("train_classifier"),
        code=plan.classifiers.code("train_classifier"),
        words=listed("packs", "splits", "pools", "recipe"),
        settings=lambda wildcards: study.settings("classifiers", wildcards.classifier, wildcards.arm),
        weights=plan.weights.digest,
        weights_folder=located(weights="pretrained"),
        arm=lambda wildcards: study.settings("arms", wildcards.arm),
        classes=study.classes,
        folder=folder,
        guard=study.config.guard,
        preparation=lambda wildcards: as_json(study.config.preparation),
        device=uncompared(lambda wildcards: study.device("classifiers", wildcards.classifier)),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --name {wildcards.classifier:q} --arm-name {wildcards.arm:q}"
        " --arm {params.arm:q} --settings {params.settings:q} --split {wildcards.split:q} --seed {wildcards.seed}"
        " --classes {params.classes:q} {params.words:q} {params.weights_folder:q}"
        " --duplicates {input.duplicates:q} --guard {params.guard} --device {params.device} --output {params.folder:q}"
        " --preparation {params.preparation:q} {params.store:q} --threads {threads} --log {log:q}"


rule ensemble_classifiers:
    input:
        unpack(plan.classifiers.member_inputs),
        recipe=plan.classifiers.recipe,
    output:
        predictions=f"{paths.ensemble}/predictions.tsv",
        description=f"{paths.ensemble}/classifier.json",
    log:
        f"{paths.logs}/ensemble_classifiers/{{split}}/{{arm}}/{{ensemble}}/seed{{seed}}.log",
    benchmark:
        f"{paths.benchmarks}/ensemble_classifiers/{{split}}/{{arm}}/{{ensemble}}/seed{{seed}}.tsv"
    wildcard_constraints:
        ensemble=one_of(study.config.ensembles),
    group:
        lambda wildcards: None if wildcards.split == FINAL else "ensembles"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(2, "ensembles"),
        turn=1,
    params:
        script=script("ensemble_classifiers"),
        code=code_digest("ensemble_classifiers"),
        words=listed("predictions", "classifiers", "recipe"),
        weights=lambda wildcards: study.config.ensembles[wildcards.ensemble].weights,
        folder=folder,
        pins=pins("report"),
    shell:
        "python {params.script:q} --name {wildcards.ensemble:q} --seed {wildcards.seed}"
        " {params.words:q} --weights {params.weights}"
        " --output {params.folder:q} --threads {threads} --log {log:q}"


rule explain_classifier:
    input:
        unpack(plan.classifiers.inputs),
        weights=f"{paths.classifier}/classifier.safetensors",
        description=f"{paths.classifier}/classifier.json",
        predictions=f"{paths.classifier}/predictions.tsv",
        choice=plan.classifiers.first_predictions(),
    output:
        sheet=f"{paths.explanation}/grad_cam.png",
        shown=f"{paths.explanation}/grad_cam.tsv",
        points=f"{paths.explanation}/umap.tsv",
        features=f"{paths.explanation}/features.npy",
    log:
        f"{paths.logs}/explain_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{paths.benchmarks}/explain_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    group:
        "explanations"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.classifier_mb),
        runtime=minutes(needs.explanation_minutes, "explanations"),
        turn=1,
        gpu=lambda wildcards: study.needs_gpu("classifiers", wildcards.classifier),
    params:
        script=script("explain_classifier"),
        code=plan.classifiers.code("explain_classifier"),
        words=listed("packs", "splits", "pools"),
        settings=lambda wildcards: as_json(study.config.explain),
        classifier=located(classifier="weights"),
        folder=folder,
        device=uncompared(lambda wildcards: study.device("classifiers", wildcards.classifier)),
        pins=pins("torch", explaining=True),
    shell:
        "python {params.script:q} {params.classifier:q} --choice {input.choice:q}"
        " {params.words:q} --settings {params.settings:q}"
        " --device {params.device} --output {params.folder:q} --threads {threads} --log {log:q}"
