#!/usr/bin/env python3
"""The k-means kernel alone beside scikit-learn, scikit-learn-intelex and faiss: no reading, no command line.

    cargo build --release -p cluster --example kmeans_timing
    .venv/bin/python kmeans_kernel.py --timing ../target/release/examples/kmeans_timing [--rounds 3] [--full]

Data, peers and judging are those of kmeans.py: 20 rounds of Lloyd from the same given centres. With --full, every
program chooses its own centres, one start, tolerance 1e-4, in each round with another seed. Beside the wall time stands the processor time of the fit.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time

from kmeans import PEERS, ROUNDS_OF_LLOYD, SETS, inertia, make


def peer(which, folder, name, seed, full):
    """One peer in this process: wall seconds, processor seconds, and its centres."""
    import numpy as np
    if which == "scikit-learn-intelex":
        from sklearnex import patch_sklearn; patch_sklearn(verbose=False)
    data, init = np.load(f"{folder}/{name}.npy"), np.load(f"{folder}/{name}-init.npy")
    clusters = len(init)
    if which == "faiss":
        import faiss
        fit = faiss.Kmeans(data.shape[1], clusters, niter=25 if full else ROUNDS_OF_LLOYD, max_points_per_centroid=10**9, seed=int(seed))
        run = (lambda: fit.train(data)) if full else (lambda: fit.train(data, init_centroids=init))
        centres = lambda: fit.centroids
    else:
        from sklearn.cluster import KMeans
        chosen = dict(init="k-means++", max_iter=300, tol=1e-4) if full else dict(init=init, max_iter=ROUNDS_OF_LLOYD, tol=0)
        fit = KMeans(clusters, n_init=1, random_state=int(seed), algorithm="lloyd", **chosen)
        run, centres = (lambda: fit.fit(data)), (lambda: fit.cluster_centers_)
    before, begun = time.process_time(), time.perf_counter()
    run()
    return time.perf_counter() - begun, time.process_time() - before, inertia(folder, name, centres())


def kernel(program, folder, name, seed, full):
    clusters, cols = str(SETS[name][2]), str(SETS[name][1])
    how = ["-", "300", "1e-4"] if full else [f"{folder}/{name}-init.f32", str(ROUNDS_OF_LLOYD), "0"]
    told = subprocess.run([program, f"{folder}/{name}.f32", cols, clusters, *how, "f32", str(seed)], check=True, capture_output=True, text=True)
    told = json.loads(told.stdout)
    return told["seconds"], told["cpu_seconds"], told["inertia"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--timing")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--peer", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peer:
        print(json.dumps(peer(*asked.peer, asked.full)))
        return
    if not asked.timing:
        sys.exit("name the built example with --timing")
    import numpy as np
    with tempfile.TemporaryDirectory() as folder:
        for name in SETS:
            make(folder, name)
            for part in (name, f"{name}-init"):
                np.load(f"{folder}/{part}.npy").tofile(f"{folder}/{part}.f32")
            found = {}
            for seed in range(1, asked.rounds + 1):
                for which in PEERS:
                    told = subprocess.run([sys.executable, __file__, "--peer", which, folder, name, str(seed)] + ["--full"] * asked.full, check=True,
                                          capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
                    found.setdefault(which, []).append(json.loads(told.stdout.splitlines()[-1]))
                found.setdefault("Tessera", []).append(kernel(asked.timing, folder, name, seed, asked.full))
            middle = {which: [statistics.median(column) for column in zip(*all)] for which, all in found.items()}
            wall, cpu = (min(middle[which][at] for which in PEERS) for at in (0, 1))
            rows, cols, clusters = SETS[name][:3]
            print(f"\n{name}: {rows:,} x {cols}, {clusters} centres, load {os.getloadavg()[0]:.1f}")
            print("| program | s | to fastest peer | cpu s | to least peer | inertia |\n|---|---|---|---|---|---|")
            for which, (s, c, value) in middle.items():
                print(f"| {which} | {s:.2f} | {s / wall:.2f} | {c:.2f} | {c / cpu:.2f} | {value:.0f} |", flush=True)


if __name__ == "__main__":
    main()
