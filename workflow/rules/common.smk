# What all rules share: the study, the paths, and the files that a script's behaviour depends on.
import atexit
import contextlib
import os
import sys
from pathlib import Path

from augury.code.closure import SCRIPTS, code_digest
from augury.code.sources import remember
from augury.command.time_limit import COPIES
from augury.figures.catalogue import figure_caption
from augury.planning.checks.cluster import cluster_remarks, storage_remarks
from augury.planning.checks.gpus import gpu_problems, gpu_remarks
from augury.planning.checks.remarks import remarks
from augury.planning.checks.repeated import repeated_keys
from augury.planning.checks.written import misread, texts_of
from augury.planning.digests import EXPLAINING, pins_digest, texts_digest, words_digest
from augury.settings.reading import as_json
from augury.planning.engine import Engine
from augury.planning.folders.image_folder import tables_of
from augury.planning.folders.listing import save_listing
from augury.planning.forecast.bundles import POOLS, Bundles
from augury.planning.forecast.foretold import sentences
from augury.planning.forecast.preview import Preview
from augury.planning.forecast.resources import Needs
from augury.planning.forecast.together import OfAll
from augury.planning.forecast.tries import Tries
from augury.planning.inputs.parameters import folders_of, listed, located, one_of, uncompared
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.report import Report
from augury.planning.inputs.together import Together
from augury.planning.ownership import claim_of, objection, settle, succession
from augury.planning.shards import lost_shard
from augury.planning.reading import plan_study
from augury.planning.weights import fetched_architectures
from augury.scores.catalogue import COMPUTING, DECLARING
from augury.splits.plan import FINAL
from augury.store import replaced
from augury.store.shelf import GB, NAME, Shelf
from augury.tables.catalogue import table_caption

engine = Engine(workflow)
sent = engine.sends_sources and not engine.is_main
study, mistakes = plan_study(config, texts_of(workflow.configfiles), sent)
mistakes += misread(sys.argv)
mistakes = repeated_keys(workflow.configfiles) + mistakes
if mistakes:
    for mistake in mistakes:
        sys.stderr.write(f"config: {mistake}\n")
    sys.exit(2)
plan = Plan(study, engine.stores)
paths, needs, page, together = plan.paths, Needs(plan), Report(plan), Together(study.classes)
of_all = OfAll(needs, together)
if not of_all.has_jobs:  # Snakemake holds every file beside each output of such rules: one of each is enough
    together = Together(study.classes[:1])
if engine.stores and plan.data.augments_first:
    sys.stderr.write(
        "config: `presplit_augmentation` makes files that storage does not take; run it on a shared disk\n"
    )
    sys.exit(2)


# On a cluster, short steps are submitted in groups, whose members take turns: a limit of each submission.
resource_scopes:
    turn="local",
    runtime="local",


if engine.on_cluster:
    engine.set_limit("turn", 1)
bundles = Bundles(needs, engine.limit("runtime"), lambda: engine.components)
minutes, memory = bundles.minutes, Tries(engine.log).memory

# Once, before anything runs; the jobs of a cluster plan anew and keep quiet.
if engine.is_main:
    lacking = gpu_problems(study, engine)
    for sentence in lacking:
        sys.stderr.write(f"config: {sentence}\n")
    if lacking:
        sys.exit(2)
    claim = claim_of(study, workflow.configfiles, engine.given)
    trespass = objection(claim, Path(paths.results))
    if trespass:
        sys.stderr.write(f"config: {trespass}\n")
        sys.exit(2)
    preview = Preview(plan)
    notes = [*cluster_remarks(engine, sys.argv), *storage_remarks(engine, preview.costs), *gpu_remarks(study, engine)]
    notes += [*sentences(preview, engine.at_a_time), *study.notes]
    for remark in filter(None, [*notes, succession(claim, Path(paths.results)), *remarks(study)]):
        sys.stderr.write(f"augury: {remark}\n")

    if engine.sends_sources:
        engine.send([save_listing(study.contents), *tables_of(study.written.model_dump())])

remember(SCRIPTS)

# With --sdm apptainer, steps run in this image; by default there is none, and the variable reaches the jobs of a cluster.
image = os.getenv("AUGURY_IMAGE")
if image:

    container: image


def tell_replaced():
    """Say how many finished trainings the jobs that are to run will replace."""
    sentence = replaced.sentence(engine.to_run(), Path(paths.results))
    if sentence:
        sys.stderr.write(f"augury: {sentence}\n")


def end():
    """A dry run starts nothing: what it would replace is its last word. A run leaves the store within its bound."""
    if engine.dry:
        tell_replaced()
    elif engine.planned:
        # Snakemake leaves out what a module wants done at the start.
        if engine.is_module and os.path.isdir(paths.results):
            settle(claim, Path(paths.results))
        with contextlib.suppress(OSError):
            Shelf(Path(paths.results, NAME), study.config.store.max_gb * GB).make_room()


if engine.is_main:
    atexit.register(end)


onstart:
    settle(claim, Path(paths.results))
    engine.look_less()
    tell_replaced()


# A trainer stops when the process that started its shell is gone, and learns whether its state will be found again.
shell.prefix(f"export AUGURY_PARENT=$PPID{f' {COPIES}=1' if engine.stores else ''}; ")


wildcard_constraints:
    split=one_of(study.trained_splits),
    generator=one_of(study.config.generators),
    pool="[^/]+",
    selection="[^/]+",
    class_=one_of(study.generator_folders),
    elsewhere=one_of(plan.elsewhere.sets),
    test=one_of(plan.elsewhere.tests),
    arm=one_of(study.config.arms),
    classifier=one_of(study.config.classifiers),
    seed="[0-9]+",
    pack="[0-9]+px-(grey|rgb)",


def pins(environment, explaining=False):
    """A parameter that changes with an environment's pins; with those of explanations alone it trains nothing again."""
    return pins_digest(HOME / "envs" / f"{environment}.yaml", () if explaining else EXPLAINING)


def script(name):
    """The script of a rule. Not compared: the digest of its code stands for it, wherever it lies."""
    return uncompared(own(f"workflow/scripts/{name}.py"))


def table(name):
    """A table of results as an output, with its caption for Snakemake's own report."""
    return report(paths.table(name), caption=fetched(table_caption(name)), category="Tables")


def figure(path):
    """A figure, likewise."""
    return report(path, caption=fetched(figure_caption(Path(path).stem)), category="Figures")


def fetched(caption):
    """A caption's path from where Snakemake fetches it."""
    return os.path.relpath(caption, HOME / "workflow" / "rules")


def image_table(name):
    """A table of what was seen in the images, likewise."""
    return report(f"{paths.results}/images/{name}.tsv", caption=f"../report/{name}.rst", category="Images")


def pool_inputs(wildcards):
    """What a pool is drawn from. One that has lost a shard is drawn again: its index alone is a declared output."""
    index = f"{paths.pool}/index.tsv".format(**dict(wildcards.items()))
    lost = lost_shard(index) if engine.is_main else None
    # Only now, while its graph is made, Snakemake can learn it; a parameter would change back and draw it twice.
    if lost and engine.force(index):
        sys.stderr.write(f"augury: {lost} is gone, so that its pool is drawn again\n")
    return plan.pools.inputs(wildcards)


def folder(wildcards, output):
    """Where a rule's script writes: the folder of its first output."""
    return os.path.dirname(output[0])


# Where a step keeps its finished files: on disks that all steps share.
kept_gb = 0 if engine.stores else study.config.store.max_gb
store = uncompared(["--store", f"{paths.results}/{NAME}", "--store-gb", str(kept_gb)] if kept_gb else [])
