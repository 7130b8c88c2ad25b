"""The same requests sent by other programs, whole processes beside each other, first from nothing and then resumed.

Each program is looked for on the PATH: `promptfoo` (npm install promptfoo), `inspect` (pip install inspect-ai openai),
`lm_eval` (pip install 'lm-eval[api]'). What is not there is left out. Nothing leaves this machine: telemetry and
downloads are switched off, and the server is ours.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.checkout import ROOT
from tests.benchmarks.measure import Figure
from tests.benchmarks.running import CONCURRENCY, LATENCY_MS, REQUESTS, served

_INSPECT_TASK = """
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.solver import generate

@task
def bench(n: int = 1):
    return Task(dataset=MemoryDataset([Sample(id=i, input=f"What about case {i}?") for i in range(1, n + 1)]),
                solver=generate())
"""
_LM_EVAL_TASK = """task: bench
dataset_path: json
dataset_kwargs: {{data_files: {data}}}
test_split: train
output_type: generate_until
doc_to_text: "{{{{q}}}}"
doc_to_target: "{{{{a}}}}"
generation_kwargs: {{until: [], max_gen_toks: 64}}
metric_list: [{{metric: exact_match}}]
"""


@dataclass(frozen=True)
class Command:
    """A program's command line, and the one that resumes what is done."""

    first: Sequence[str]
    again: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def _reviewer(folder: Path, base_url: str) -> Command:
    cases = folder / "cases.jsonl"
    lines = ({"key": f"case-{n:05}", "prompt": f"What about case {n}?", "label": "answer"} for n in range(REQUESTS))
    cases.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    program, workspace = [sys.executable, "-m", "reviewer"], ["--workspace", str(folder / "w.sqlite")]
    subprocess.run([*program, "import", str(cases), "--suite", "bench", *workspace], check=True, capture_output=True)
    given = ["--suite", "bench", "--base-url", base_url, "--model", "m", "--name", "run"]
    first = ["run", *given, "--concurrency", str(CONCURRENCY)]
    again, here = ["run", "--resume", "run"], {"PYTHONPATH": str(ROOT)}
    return Command([*program, *first, *workspace], [*program, *again, *workspace], here)


def _promptfoo(folder: Path, base_url: str) -> Command:
    config = folder / "promptfoo.json"
    document = {
        "prompts": ["{{q}}"],
        "providers": [{"id": "openai:chat:m", "config": {"apiBaseUrl": base_url, "apiKey": "none"}}],
        "tests": [{"vars": {"q": f"What about case {n}?"}} for n in range(REQUESTS)],
    }
    config.write_text(json.dumps(document), encoding="utf-8")
    command = ["promptfoo", "eval", "-c", str(config), "-j", str(CONCURRENCY), "--no-progress-bar", "--no-table"]
    quiet = ("PROMPTFOO_DISABLE_TELEMETRY", "PROMPTFOO_DISABLE_UPDATE", "PROMPTFOO_DISABLE_REMOTE_GENERATION")
    return Command(command, command, {**dict.fromkeys(quiet, "1"), "PROMPTFOO_CONFIG_DIR": str(folder / "home")})


def _inspect(folder: Path, base_url: str) -> Command:
    (folder / "bench.py").write_text(_INSPECT_TASK, encoding="utf-8")
    at_once = ["--max-connections", str(CONCURRENCY), "--max-samples", str(CONCURRENCY)]
    command = ["inspect", "eval-set", "bench.py", "--model", "openai/m", *at_once, "-T", f"n={REQUESTS}"]
    # its own default is the Responses protocol, which the server does not speak
    command += ["-M", "responses_api=false"]
    command += ["--display", "none", "--no-score", "--log-dir", str(folder / "logs")]
    return Command(command, command, {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": base_url})


def _lm_eval(folder: Path, base_url: str) -> Command:
    data = folder / "data.jsonl"
    data.write_text(
        "".join(f"{json.dumps({'q': f'What about case {n}?', 'a': ''})}\n" for n in range(REQUESTS)), encoding="utf-8"
    )
    (folder / "tasks").mkdir()
    (folder / "tasks" / "bench.yaml").write_text(_LM_EVAL_TASK.format(data=data), encoding="utf-8")
    where = f"model=m,base_url={base_url}/chat/completions,num_concurrent={CONCURRENCY},tokenized_requests=False"
    command = ["lm_eval", "--model", "local-chat-completions", "--model_args", where, "--tasks", "bench"]
    command += ["--include_path", str(folder / "tasks"), "--apply_chat_template", "--log_samples"]
    command += ["--output_path", str(folder / "out"), "--use_cache", str(folder / "cache")]
    offline = {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf")}
    return Command(command, command, {**offline, "OPENAI_API_KEY": "none"})


PROGRAMS: Mapping[str, Callable[[Path, str], Command]] = {
    "promptfoo": _promptfoo,
    "inspect": _inspect,
    "lm_eval": _lm_eval,
}


def others() -> Iterator[Figure]:
    """Seconds and memory of whole processes; those of the others beside ours."""
    ours, ideal = _measured(_reviewer), REQUESTS / CONCURRENCY * LATENCY_MS / 1000
    yield Figure(f"reviewer: {REQUESTS:,} requests, {CONCURRENCY} at once, {LATENCY_MS} ms", ours[0].seconds, "s")
    yield Figure("reviewer: memory", ours[0].most_mb, "MB")
    yield Figure("reviewer: resumed when all is done", ours[1].seconds, "s")
    for name, make in PROGRAMS.items():
        if shutil.which(name) is None:
            yield Figure(f"{name} is not installed, not measured", 0, "")
            continue
        first, again = _measured(make)
        yield Figure(f"{name}: the same requests{first.words}", first.seconds, "s", ours[0].seconds, "reviewer")
        above = ours[0].seconds - ideal
        yield Figure(f"{name}: of these above the ideal {ideal:.2f} s", first.seconds - ideal, "s", above, "reviewer")
        yield Figure(f"{name}: memory", first.most_mb, "MB", ours[0].most_mb, "reviewer")
        yield Figure(f"{name}: resumed when all is done{again.words}", again.seconds, "s", ours[1].seconds, "reviewer")


@dataclass(frozen=True)
class Process:
    seconds: float
    most_mb: float
    status: int

    @property
    def words(self) -> str:
        return f" (ended with {self.status})" if self.status else ""


def _measured(make: Callable[[Path, str], Command]) -> tuple[Process, Process]:
    with served(LATENCY_MS) as port, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        command = make(folder, f"http://127.0.0.1:{port}/v1")
        environment = {**os.environ, **command.environment}
        return _timed(command.first, folder, environment), _timed(command.again, folder, environment)


def _timed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Process:
    started = time.perf_counter()
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=said, stderr=said)
        # wait4 tells the memory of this one process
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Process(seconds, used.ru_maxrss / 1024, process.returncode)
