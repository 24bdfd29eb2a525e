# How good synthetic images are: features, and what is computed from them. One job reads or draws the images of a class for
# all networks. Which networks these are is not compared: one that is new lacks its file, and the store has the others'.


rule extract_features:
    input:
        pack=f"{paths.pack}.npy",
        rows=f"{paths.pack}.tsv",
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=plan.scores.of_networks(f"{paths.pack}.features-", ".npy"),
    log:
        f"{paths.logs}/extract_features/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/extract_features/{{pack}}/{{class_}}.tsv"
    group:
        "features"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.feature_mb),
        runtime=minutes(needs.feature_minutes, "features"),
        turn=1,
        gpu=study.needs_gpu(),
    params:
        script=script("extract_features"),
        code=code_digest("extract_features", ("augury.classifiers.timm_zoo.network",)),
        extractors=uncompared(study.config.extractors),
        weights=plan.weights.extractor_digest(),
        weights_folder=located(weights="pretrained"),
        device=uncompared(study.config.device),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --pack {input.pack:q} --rows {input.rows:q}"
        " --extractor {params.extractors:q} {params.weights_folder:q} --device {params.device} --output {output.features:q} {params.store:q}"
        " --threads {threads} --log {log:q}"


rule draw_features:
    input:
        unpack(plan.scores.draw_inputs),
        split=paths.split,
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=plan.scores.of_networks(f"{paths.scored}/features-", ".npz"),
    log:
        f"{paths.logs}/draw_features/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/draw_features/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    group:
        "drawn"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.feature_mb),
        runtime=minutes(needs.drawing_minutes, "drawn"),
        turn=1,
        gpu=study.needs_gpu(),
    params:
        script=script("draw_features"),
        code=plan.generators.code("draw_features", "networks"),
        generator=located(generator="description"),
        options=plan.scores.draw_options,
        extractors=uncompared(study.config.extractors),
        weights=plan.weights.extractor_digest(),
        weights_folder=located(weights="pretrained"),
        device=uncompared(study.config.device),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.generator:q} --class {wildcards.class_:q}"
        " --split-table {input.split:q} {params.options:q} --extractor {params.extractors:q} {params.weights_folder:q}"
        " --device {params.device} --output {output.features:q} {params.store:q} --threads {threads} --log {log:q}"


rule score_synthetic:
    input:
        unpack(plan.scores.inputs),
        synthetic=plan.scores.of_networks(f"{paths.scored}/features-", ".npz"),
        split=paths.split,
    output:
        scores=f"{paths.scored}/scores.tsv",
        neighbours=f"{paths.scored}/neighbours.tsv",
        sheet=f"{paths.scored}/neighbours.png",
    log:
        f"{paths.logs}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    group:
        "scores"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.feature_mb),
        runtime=minutes(needs.feature_minutes, "scores"),
        turn=1,
    params:
        script=script("score_synthetic"),
        code=plan.generators.code("score_synthetic", "networks", more=(*DECLARING, *COMPUTING)),
        generator=located(generator="description"),
        folder=folder,
        looked_through=plan.scores.looked_through,
        drawing=plan.generators.drawing,
        tested=uncompared(plan.generators.tested),
        device=uncompared(study.config.device),
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.generator:q} --class {wildcards.class_:q}"
        " --synthetic-features {input.synthetic:q} --real-features {input.real:q} --real-rows {input.rows:q}"
        " --pack {input.pack:q} --split-table {input.split:q} --device {params.device} --output {params.folder:q}"
        " {params.drawing:q} {params.tested:q} --threads {threads} --log {log:q}"
