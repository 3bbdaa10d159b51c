#!/usr/bin/env python3
"""k-means beside scikit-learn, scikit-learn-intelex and faiss, on the same arrays in one run.

    python3 -m venv .venv && .venv/bin/pip install numpy scikit-learn scikit-learn-intelex faiss-cpu
    .venv/bin/python kmeans.py --tessera ../target/debug/tessera [--rounds 3]

Two seeded mixtures with uneven sizes, uneven spread and 5 % of uniform noise: a, 1,000,000 x 16 with 50 centres, and b,
200,000 x 64 with 200. Every program makes 20 rounds of Lloyd from the same given centres; the fit alone is timed, on all
cores, each peer in a process of its own. Every result is judged by one float64 evaluation of its centres.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile, time

SETS = {"a": (1_000_000, 16, 50, 60, 20240601), "b": (200_000, 64, 200, 240, 20240602)}
ROUNDS_OF_LLOYD = 20
PEERS = ("scikit-learn", "scikit-learn-intelex", "faiss")


def make(folder, name):
    import numpy as np
    rows, cols, clusters, true, seed = SETS[name]
    r = np.random.default_rng(seed)
    centres, spread = r.normal(0, 4, (true, cols)), r.uniform(0.6, 2.2, (true, cols))
    label = r.choice(true, rows, p=r.dirichlet(np.full(true, 1.5)))
    data = centres[label] + r.normal(size=(rows, cols)) * spread[label]
    noise = r.random(rows) < 0.05
    data[noise] = r.uniform(-12, 12, (noise.sum(), cols))
    data = data.astype(np.float32)
    np.save(f"{folder}/{name}.npy", data)
    np.save(f"{folder}/{name}-init.npy", data[np.sort(r.choice(rows, clusters, replace=False))])


def inertia(folder, name, centres):
    import numpy as np
    data, centres = np.load(f"{folder}/{name}.npy"), centres.astype(np.float64)
    squares, total = (centres * centres).sum(1), 0.0
    for at in range(0, len(data), 20_000):
        part = data[at:at + 20_000].astype(np.float64)
        total += ((squares - 2 * part @ centres.T).min(1) + (part * part).sum(1)).sum()
    return total


def peer(which, folder, name):
    """One peer in this process: seconds of the fit, and its centres."""
    import numpy as np
    if which == "scikit-learn-intelex":
        from sklearnex import patch_sklearn; patch_sklearn(verbose=False)
    data, init = np.load(f"{folder}/{name}.npy"), np.load(f"{folder}/{name}-init.npy")
    if which == "faiss":
        import faiss
        fit = faiss.Kmeans(data.shape[1], len(init), niter=ROUNDS_OF_LLOYD, max_points_per_centroid=10**9)
        begun = time.perf_counter(); fit.train(data, init_centroids=init); seconds = time.perf_counter() - begun
        return seconds, fit.centroids
    from sklearn.cluster import KMeans
    fit = KMeans(len(init), init=init, n_init=1, max_iter=ROUNDS_OF_LLOYD, tol=0, algorithm="lloyd")
    begun = time.perf_counter(); fit.fit(data); seconds = time.perf_counter() - begun
    return seconds, fit.cluster_centers_


def tessera(program, folder, name):
    import numpy as np
    centres = f"{folder}/centres.npy"
    told = subprocess.run(
        [program, "lab", "cluster", "fit", "--input", f"{folder}/{name}.npy", "--init", f"{folder}/{name}-init.npy",
         "--k", str(SETS[name][2]), "--max-iter", str(ROUNDS_OF_LLOYD), "--tol", "0", "--centers", centres, "--json"],
        check=True, capture_output=True, text=True).stdout
    return json.loads(told)["seconds"], np.load(centres)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tessera")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.peer:
        seconds, centres = peer(*asked.peer)
        print(json.dumps({"seconds": seconds, "inertia": inertia(*asked.peer[1:], centres)}))
        return
    if not asked.tessera:
        sys.exit("name the program with --tessera")
    with tempfile.TemporaryDirectory() as folder:
        for name in SETS:
            make(folder, name)
            found = {}
            for _ in range(asked.rounds):
                for which in PEERS:
                    told = subprocess.run([sys.executable, __file__, "--peer", which, folder, name], check=True,
                                          capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
                    one = json.loads(told.stdout.splitlines()[-1])
                    found.setdefault(which, []).append((one["seconds"], one["inertia"]))
                seconds, centres = tessera(asked.tessera, folder, name)
                found.setdefault("Tessera", []).append((seconds, inertia(folder, name, centres)))
            middle = {which: statistics.median(s for s, _ in all) for which, all in found.items()}
            fastest = min(middle[which] for which in PEERS)
            rows, cols, clusters = SETS[name][:3]
            print(f"\n{name}: {rows:,} x {cols}, {clusters} centres\n| program | s | to fastest peer | inertia |\n|---|---|---|---|")
            for which, seconds in middle.items():
                print(f"| {which} | {seconds:.2f} | {seconds / fastest:.2f} | {found[which][0][1]:.0f} |")


if __name__ == "__main__":
    main()
