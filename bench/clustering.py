#!/usr/bin/env python3
"""Every speed that the clustering kernels promise, one after the other on one machine.

    python3 -m venv .venv && .venv/bin/pip install numpy scikit-learn scikit-learn-intelex faiss-cpu hdbscan
    cargo build --release -p cluster --examples
    .venv/bin/python clustering.py --examples ../target/release/examples [--rounds 3] [--only NAME ...]

Prints what docs/clustering.md shows: k-means beside its peers from given centres and as a full fit, more and more rows
with the memory beside the input, mixed columns, sizes limited, the number of clusters chosen, HDBSCAN beside its peer.
"""
import argparse, os, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", required=True)
    parser.add_argument("--rounds", default="3")
    parser.add_argument("--only", nargs="+")
    asked = parser.parse_args()
    example = lambda name, *more: [f"{asked.examples}/{name}", *more]
    script = lambda name, *more: [sys.executable, f"{HERE}/{name}", "--rounds", asked.rounds, *more]
    timing = ["--timing", f"{asked.examples}/kmeans_timing"]
    steps = {
        "given centres": script("kmeans_kernel.py", *timing),
        "full fit": script("kmeans_kernel.py", *timing, "--full"),
        "more rows": example("kmeans_scale", "1000000", "4000000", "16000000"),
        "mixed": example("mixed_timing", "1000000", "1"),
        "sizes": example("constrained", "23000", "16", "100", "1"),
        "choosing": example("choose_timing"),
        "hdbscan": script("hdbscan.py", "--example", f"{asked.examples}/hdbscan_timing"),
    }
    for name, command in steps.items():
        if asked.only and name not in asked.only:
            continue
        print(f"\n## {name}", flush=True)
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
