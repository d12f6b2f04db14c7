#!/usr/bin/env python3
"""Times ways through an archive, in turns: run.py ARCHIVE TRUCELINE PYTHON [ROUNDS]

PYTHON has fastwarc and resiliparse. Each way is run ROUNDS times (default 3), one after the other in each
round, so that what else the machine does falls on all. The table has the fastest and the slowest run; the
processor's time (user and system) is that of the fastest.
"""

import os
import subprocess
import sys
import tempfile
import time


def timed(command, cores):
    with open(os.devnull, "wb") as null, tempfile.TemporaryFile() as said:
        begun = time.monotonic()
        process = subprocess.Popen(["taskset", "-c", cores, *command], stdout=null, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        said.seek(0)
        told = said.read().decode(errors="replace").strip().splitlines()
        if status:
            raise SystemExit(f"{command}: {told[-5:]}")
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, told[-1:] or [""]


def main():
    archive, truceline, python = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    here = os.path.dirname(os.path.abspath(__file__))
    three = archive.replace(".warc.gz", "-three.warc.gz")
    if not os.path.exists(three):
        with open(three, "wb") as out:
            for _ in range(3):
                out.write(open(archive, "rb").read())
    unpacked = int(subprocess.check_output(f"gzip -dc '{archive}' | wc -c", shell=True))
    read = [truceline, "read", "--format", "jsonl"]
    ways = [
        ("gzip -dc", ["gzip", "-dc", archive], "0", 1),
        ("truceline, 1 thread, one core", [*read, "--threads", "1", archive], "0", 1),
        ("truceline, 2 threads, two cores", [*read, "--threads", "2", archive], "0,1", 1),
        ("truceline, three times over, 1 thread", [*read, "--threads", "1", three], "0", 3),
        ("fastwarc + resiliparse", [python, here + "/fast_warc.py", archive], "0", 1),
    ]
    results = {name: [] for name, *_ in ways}
    for _ in range(rounds):
        for name, command, cores, _ in ways:
            results[name].append(timed(command, cores))
            print(f"{name}: {results[name][-1]}", file=sys.stderr, flush=True)
    print(f"{unpacked} bytes unpacked, {os.path.getsize(archive)} packed; {rounds} rounds\n")
    print("| way | fastest s | slowest s | cpu s | MB/s (wall) | MB/s (cpu) | memory MB |")
    print("|---|---|---|---|---|---|---|")
    for name, _, _, times in ways:
        runs = sorted(results[name])
        wall, cpu, memory, _ = runs[0]
        size = unpacked * times / 1e6
        print(
            f"| {name} | {wall:.2f} | {runs[-1][0]:.2f} | {cpu:.2f} | {size / wall:.0f} | {size / cpu:.0f} "
            f"| {max(it[2] for it in runs):.0f} |"
        )


main()
