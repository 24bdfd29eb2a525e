# How good synthetic images are: features, extracted once an image set, and what is computed from them.


rule extract_features:
    input:
        unpack(files.feature_source),
    output:
        features=f"{files.results}/{{stem}}.features-{{extractor}}.npy",
    log:
        f"{files.logs}/extract_features/{{stem}}.{{extractor}}.log",
    benchmark:
        f"{files.benchmarks}/extract_features/{{stem}}.{{extractor}}.tsv"
    wildcard_constraints:
        stem="(packs|[^/]+/synthetic)/.+",
        extractor="[^/]+",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=240,
        gpu=study.needs_gpu({}),
    params:
        code=code("extract_features", "augury.classifiers.timm_zoo"),
        source=files.feature_options,
        weights=lambda wildcards: weights_digest({"architecture": wildcards.extractor, "pretrained": "auto"}),
        device=lambda wildcards, input: study.config["device"],
        pins=pins("torch"),
    shell:
        "python workflow/scripts/extract_features.py {params.source:q} --extractor {wildcards.extractor:q}"
        " --device {params.device} --output {output.features:q} --threads {threads} --log {log:q}"


rule score_synthetic:
    input:
        real=files.scored_against(f".features-{study.config['extractor']}.npy"),
        rows=files.scored_against(".tsv"),
        split=files.split,
        synthetic=f"{files.pool}/index.features-{study.config['extractor']}.npy",
        index=f"{files.pool}/index.tsv",
    output:
        scores=f"{files.pool}/scores.tsv",
    log:
        f"{files.logs}/score_synthetic/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/score_synthetic/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.tsv"
    conda:
        "../../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        code=code("score_synthetic"),
        extractor=study.config["extractor"],
        names=lambda wildcards: as_json(
            {
                "split": wildcards.split,
                "generator": wildcards.pool,
                "selection": wildcards.selection,
                "seed": int(wildcards.seed),
                "class": wildcards.class_,
            }
        ),
        pins=pins("data"),
    shell:
        "python workflow/scripts/score_synthetic.py --real-features {input.real:q} --real-rows {input.rows:q}"
        " --split {input.split:q} --synthetic-features {input.synthetic:q} --index {input.index:q}"
        " --extractor {params.extractor:q} --names {params.names:q} --output {output.scores:q}"
        " --threads {threads} --log {log:q}"
