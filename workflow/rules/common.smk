# What all rules share: the study, the paths, and the files that a script's behaviour depends on.
import atexit
import contextlib
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, os.path.join(workflow.basedir, "workflow", "scripts"))
from augury.code.closure import SCRIPTS, code_digest
from augury.code.sources import remember
from augury.figures.catalogue import FIGURES
from augury.planning.declared import words_digest
from augury.settings.reading import as_json
from augury.planning.environments import pins_digest
from augury.planning.inputs.files import Files
from augury.planning.forecast.foretold import sentences
from augury.planning.inputs.generators import generator_of
from augury.planning.ownership import claim_of, objection, settle, succession
from augury.planning.forecast.preview import Preview
from augury.planning.checks.remarks import remarks
from augury.planning.checks.repeated import repeated_keys
from augury.planning.forecast.resources import Needs, mb, minutes
from augury.planning.shards import lost_shard
from augury.planning.study import plan_study
from augury.planning.weights import extractor_digest, weights_digest
from augury.planning.inputs.words import words
from augury.planning.checks.written import misread, texts_of
from augury.store import replaced
from augury.store.shelf import GB, NAME, Shelf
from augury.tables.catalogue import table_caption

study, mistakes = plan_study(config, texts_of(workflow.configfiles))
mistakes += misread(sys.argv)
mistakes = repeated_keys(workflow.configfiles) + mistakes
if mistakes:
    for mistake in mistakes:
        sys.stderr.write(f"config: {mistake}\n")
    sys.exit(2)

# Once, before anything runs; the jobs of a cluster plan anew and keep quiet.
if workflow.is_main_process:
    claim = claim_of(study, workflow.configfiles, workflow.config_settings.overwrite_config)
    trespass = objection(claim, Path("results") / study.dataset)
    if trespass:
        sys.stderr.write(f"config: {trespass}\n")
        sys.exit(2)
    limits = workflow.resource_settings
    told = [*sentences(Preview(Files(study)), limits.cores or limits.nodes or 1), *study.notes]
    for remark in filter(None, [*told, succession(claim, Path("results") / study.dataset), *remarks(study)]):
        sys.stderr.write(f"augury: {remark}\n")

remember(SCRIPTS)
files = Files(study)
needs = Needs(files)

# With --sdm apptainer, steps run in this image; by default there is none, and the variable reaches the jobs of a cluster.
image = os.getenv("AUGURY_IMAGE")
if image:

    container: image


def tell_replaced():
    """Say how many finished trainings the jobs that are to run will replace."""
    if workflow.dag is not None and not workflow.touch:
        jobs = ((job.rule.name, job.output) for job in workflow.dag.needrun_jobs(exclude_finished=False))
        sentence = replaced.told(jobs, Path(files.results))
        if sentence:
            sys.stderr.write(f"augury: {sentence}\n")


def end():
    """A dry run starts nothing: what it would replace is its last word. A run leaves the store within its bound."""
    if workflow.dryrun:
        tell_replaced()
    elif workflow.dag is not None:
        with contextlib.suppress(OSError):
            Shelf(Path(files.results, NAME), study.config["store"]["max_gb"] * GB).make_room()


if workflow.is_main_process:
    atexit.register(end)


onstart:
    settle(claim, Path("results") / study.dataset)
    # Snakemake 9.27 looks at all ready jobs anew a second after each look, once for every job that has ended, so that a
    # long run keeps a core busy with looking. The limit of its rate, for which it does that, is of no use on one machine.
    if workflow.global_resources["_nodes"].value is None and hasattr(workflow.scheduler, "job_rate_limiter"):
        workflow.scheduler.job_rate_limiter = None
    tell_replaced()


# A trainer stops when the process that started its shell is gone.
shell.prefix("export AUGURY_PARENT=$PPID; ")


wildcard_constraints:
    split="|".join(study.splits),
    generator="|".join(map(re.escape, study.config["generators"])) or "none",
    pool="[^/]+",
    selection="[^/]+",
    class_="|".join(map(re.escape, study.generator_folders)),
    arm="|".join(map(re.escape, study.config["arms"])) or "(?!)",
    classifier="|".join(map(re.escape, study.config["classifiers"])) or "(?!)",
    seed="[0-9]+",
    pack="[0-9]+px-(grey|rgb)",
    figure="|".join(FIGURES),


def code(script, *families):
    """A parameter that changes with the content of a rule's script and of every module that the script imports."""
    return code_digest(script, families)


def pins(environment):
    """A parameter that changes with an environment's pins, and not with its comments."""
    return pins_digest(os.path.join(workflow.basedir, "envs", f"{environment}.yaml"))


def one_of(names):
    """A pattern of these names; without any, one that nothing fits."""
    return "|".join(map(re.escape, names)) or "(?!)"


def import_code(wildcards):
    """Likewise for the script that makes a generator of images that are there already."""
    family = f"augury.generators.{study.config['generators'][wildcards.generator]['family']}"
    return code("import_images", f"{family}.images", f"{family}.networks")


def store(wildcards, input):
    """Where a step keeps its finished files, as options. Not compared, as it takes the input: no result depends on it."""
    most = study.config["store"]["max_gb"]
    return ["--store", f"{files.results}/{NAME}", "--store-gb", str(most)] if most else []


def drawing_inputs(wildcards):
    """What a pool is drawn from. One that has lost a shard is drawn again: its index alone is a declared output."""
    index = f"{files.pool}/index.tsv".format(**dict(wildcards.items()))
    lost = lost_shard(index) if workflow.is_main_process else None
    # Only now, while its graph is made, Snakemake can be told; a parameter would change back and draw it twice.
    if lost and index not in workflow.dag.forcefiles:
        workflow.dag.forcefiles.add(index)
        sys.stderr.write(f"augury: {lost} is gone, so that its pool is drawn again\n")
    return files.drawing_inputs(wildcards)


def table(name):
    """A table of results as an output, with its caption for Snakemake's own report."""
    return report(files.table(name), caption=table_caption(name), category="Tables")


def listed(*names):
    """Inputs as options of their names, through a file where they are many. Not compared: the inputs themselves are."""

    def options(wildcards, input):
        lists = {name: getattr(input, name) for name in names}
        lists = {name: [files] if isinstance(files, str) else files for name, files in lists.items()}
        return words(word for name, files in lists.items() for word in (f"--{name}", *files))

    return options


def family_code(script, kind, module=""):
    """Likewise for a script that imports the family of a generator or classifier by name."""

    def digest(wildcards):
        named = dict(wildcards.items())
        name = named.get("classifier") or named.get("generator") or generator_of(named["pool"])
        return code(script, f"augury.{kind}.{study.config[kind][name]['family']}{module}")

    return digest
