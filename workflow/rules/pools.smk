# Pools of images that generators draw, at random or of latent vectors that are chosen.


rule select_latents:
    input:
        unpack(plan.pools.selection_inputs),
        split=paths.split,
    output:
        latents=f"{paths.pool}/latents.safetensors",
        description=f"{paths.pool}/selection.json",
        history=f"{paths.pool}/history.tsv",
        compared=f"{paths.pool}/compared.png",
    log:
        f"{paths.logs}/select_latents/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/select_latents/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        selection=one_of(study.config.selections),
    priority: 30
    group:
        bundles.selections
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(6000),
        runtime=bundles.selection_minutes,
        turn=1,
        gpu=lambda wildcards: study.needs_gpu("selections", wildcards.selection),
    params:
        script=script("select_latents"),
        code=plan.pools.selection_code,
        settings=lambda wildcards: study.settings("selections", wildcards.selection),
        generator=located(generator="description"),
        options=plan.pools.selection_options,
        given=located(["best", "discriminator", "features"], classifier="classifier"),
        weights=plan.pools.selection_weights,
        tested=uncompared(plan.generators.tested),
        folder=folder,
        guard=study.config.guard,
        device=uncompared(lambda wildcards: study.device("selections", wildcards.selection)),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --name {wildcards.selection:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} {params.generator:q} {params.given:q}"
        " --class {wildcards.class_:q} --pack {input.pack:q} --split-table {input.split:q} {params.options:q}"
        " {params.tested:q} --guard {params.guard} --device {params.device} --output {params.folder:q} {params.store:q}"
        " --threads {threads} --log {log:q}"


rule synthesize_images:
    input:
        unpack(pool_inputs),
        split=paths.split,
    output:
        index=f"{paths.pool}/index.tsv",
        shard=paths.shards([f"{paths.pool}/index.tsv"]),
    log:
        f"{paths.logs}/synthesize_images/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/synthesize_images/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.tsv"
    priority: 30
    group:
        POOLS
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=minutes(needs.pool_minutes, POOLS),
        turn=1,
        gpu=study.needs_gpu(),
    params:
        script=script("synthesize_images"),
        code=plan.generators.code("synthesize_images", "networks"),
        generator=located(generator="description"),
        options=plan.pools.options,
        given=located(chosen="latents"),
        each=together.words("index", folder=True, best="best", split_table="split"),
        # Storage is told of every file: there, the one shard.
        shard_images=sys.maxsize if engine.stores else study.config.shard_images,
        device=uncompared(study.config.device),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.generator:q} {params.given:q} {params.options:q}"
        " --shard-images {params.shard_images} --device {params.device} {params.store:q}"
        " --threads {threads} --log {log:q} {params.each:q}"


ruleorder: synthesize_images_of_all > synthesize_images


use rule synthesize_images as synthesize_images_of_all with:  # see planning/inputs/together.py
    input:
        unpack(together.inputs(pool_inputs)),
        split=plan.paths.of_split,
    output:
        index=together.files(f"{paths.pool}/index.tsv"),
        shard=paths.shards(together.files(f"{paths.pool}/index.tsv")),
    log:
        f"{paths.logs}/synthesize_images/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/all.log",
    benchmark:
        f"{paths.benchmarks}/synthesize_images/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/all.tsv"
    wildcard_constraints:
        pool=one_of(of_all.pools),
        selection="random",
    resources:
        mem_mb=memory(4000),
        runtime=minutes(of_all.total(needs.pool_minutes), POOLS),
        turn=1,
        gpu=study.needs_gpu(),
