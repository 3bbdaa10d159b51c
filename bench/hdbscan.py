#!/usr/bin/env python3
"""HDBSCAN beside the Python package hdbscan, on the same arrays in one run.

    python3 -m venv .venv && .venv/bin/pip install numpy scikit-learn hdbscan
    cargo build --release -p cluster --example hdbscan_timing
    .venv/bin/python hdbscan.py --example ../target/release/examples/hdbscan_timing [--rows 50000] [--rounds 3]

A seeded mixture with uneven sizes, uneven spread and 5 % of uniform noise in 8 columns. Both take the same least cluster
size and neighbours, the package by its default algorithm on all cores. Processor seconds of the fit count: of the
package those of its process around the fit, of Tessera those of the whole process, start and file included. The
adjusted Rand index says how far the two labellings agree, noise counted as a cluster.
"""
import argparse, json, os, resource, statistics, subprocess, sys, tempfile, time

COLS = 8


def make(path, rows):
    import numpy as np
    clusters, r = 60, np.random.default_rng(20240601)
    centres, spread = r.normal(0, 4, (clusters, COLS)), r.uniform(0.6, 2.2, (clusters, COLS))
    label = r.choice(clusters, rows, p=r.dirichlet(np.full(clusters, 1.5)))
    data = centres[label] + r.normal(size=(rows, COLS)) * spread[label]
    noise = r.random(rows) < 0.05
    data[noise] = r.uniform(-12, 12, (noise.sum(), COLS))
    data.astype("<f8").tofile(path)


def cpu(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def peer(path, rows, size, samples, out):
    """The package in this process: wall and processor seconds of the fit."""
    sys.path.pop(0)  # this file has the package's name
    import numpy as np, hdbscan
    data = np.fromfile(path).reshape(rows, COLS)
    fit = hdbscan.HDBSCAN(min_cluster_size=size, min_samples=samples, core_dist_n_jobs=-1, approx_min_span_tree=not os.environ.get("EXACT"))
    both = lambda: cpu(resource.RUSAGE_SELF) + cpu(resource.RUSAGE_CHILDREN)
    begun, used = time.perf_counter(), both()
    fit.fit(data)
    print(json.dumps({"wall": time.perf_counter() - begun, "cpu": both() - used}))
    fit.labels_.astype("<i4").tofile(out)


def tessera(example, path, rows, size, samples, out):
    used = cpu(resource.RUSAGE_CHILDREN)
    told = subprocess.run([example, path, str(rows), str(COLS), str(size), str(samples), out], check=True, capture_output=True, text=True)
    return {"wall": float(told.stdout), "cpu": cpu(resource.RUSAGE_CHILDREN) - used}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--example")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--exact", action="store_true", help="let the package search for an exact spanning tree, as Tessera does")
    parser.add_argument("--peer", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peer:
        path, rows, size, samples, out = asked.peer
        return peer(path, int(rows), int(size), int(samples), out)
    if not asked.example:
        sys.exit("name the example's program with --example")
    import numpy as np
    from sklearn.metrics import adjusted_rand_score
    with tempfile.TemporaryDirectory() as folder:
        path, ours, theirs = (os.path.join(folder, name) for name in ("data", "ours", "theirs"))
        make(path, asked.rows)
        print("| least size, neighbours | hdbscan: cpu s, wall s | Tessera: cpu s, wall s | cpu ratio | clusters | noise | ARI |\n|---|---|---|---|---|---|---|")
        for size, samples in ((100, 100), (100, 10), (20, 5)):
            found = {"hdbscan": [], "Tessera": []}
            for _ in range(asked.rounds):
                told = subprocess.run([sys.executable, __file__, "--peer", path, str(asked.rows), str(size), str(samples), theirs],
                                      check=True, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore", "EXACT": "1" if asked.exact else ""})
                found["hdbscan"].append(json.loads(told.stdout.splitlines()[-1]))
                found["Tessera"].append(tessera(asked.example, path, asked.rows, size, samples, ours))
            middle = {name: [statistics.median(run[what] for run in runs) for what in ("cpu", "wall")] for name, runs in found.items()}
            a, b = np.fromfile(theirs, "<i4"), np.fromfile(ours, "<i4")
            texts = [f"{cpu_s:.2f}, {wall:.2f}" for cpu_s, wall in middle.values()]
            print(f"| {size}, {samples} | {texts[0]} | {texts[1]} | {middle['Tessera'][0] / middle['hdbscan'][0]:.2f} | "
                  f"{a.max() + 1}, {b.max() + 1} | {(a < 0).mean():.3f}, {(b < 0).mean():.3f} | {adjusted_rand_score(a, b):.5f} |", flush=True)
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
