#!/usr/bin/env python3
"""How fast peers go over the texts that `bench_read --peer PYTHON` hands over, one process and one thread.

Comes in: a JSON list of texts on standard input. Goes out: a line for each peer that is installed, of
MB/s over whole rounds, the start and loading of the peer not counted:

    spaCy, its small pipeline     sentences, parts of speech, parses, names of people, places and times
    dateparser, search_dates      times alone

Neither says what happened to a truce; both are steps of a system that would.
    pip install spacy dateparser; python -m spacy download en_core_web_sm
"""
import json, os, statistics, sys, time, warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")
ROUNDS = 3


def spacy_small():
    import spacy

    model = next(it for it in spacy.util.get_installed_models() if it.startswith("en_core_web_sm"))
    pipeline = spacy.load(model)
    label = f"spaCy {spacy.__version__}, its small pipeline"
    return label, lambda texts: [len(it.ents) for it in pipeline.pipe(texts)]


def dates():
    import dateparser
    from dateparser.search import search_dates

    label = f"dateparser {dateparser.__version__}, search_dates"
    return label, lambda texts: [search_dates(it, languages=["en"]) for it in texts]


texts = json.load(sys.stdin)
size = sum(len(it.encode()) for it in texts)
for peer in (spacy_small, dates):
    try:
        label, read = peer()
    except (ImportError, StopIteration):
        print(f"peer {peer.__name__}: not installed")
        continue
    read(texts[:3])
    speeds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        read(texts)
        speeds.append(size / 1e6 / (time.perf_counter() - start))
    middle = statistics.median(speeds)
    print(f"{label}: {middle:.3f} ({min(speeds):.3f} to {max(speeds):.3f}) MB/s", flush=True)
