"""How often newcomers are placed right, on the generated chain.

For each seed: a chain is made; in one project all of it is loaded, in another the receipts of a fifth of the shops, drawn
at random, are left out, so that those shops are newcomers without sales; in a third the receipts of all hypermarkets and
fashion shops are, so that nothing is like them. All find clusters of shops by the same recipe. A newcomer is placed
right where the cluster proposed is, member for member, the one that the shop has in the project that knows its receipts
(clusters of the two projects are matched by most common members), and of the right type where most shops of the cluster
proposed are of the shop's true catchment type. The same is counted for the largest cluster.

python3 bench/newcomers.py TESSERA [SEEDS]
"""

import collections
import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

WAYS = ["auto", "like", "model", "largest", "tightest"]
SIZE = ["--customers", "2000", "--stores", "60", "--products", "500", "--orders", "40000"]
RECIPES = {
    "by sales mix and people": None,
    "by sales mix alone": """
title = "Shops by what they sell alone"
of = "stores"
[method]
clusters = 5
[[features]]
use = "sales_mix"
by = "category_2"
weight = 100
""",
}


def main():
    tessera = str(pathlib.Path(sys.argv[1]).resolve())
    seeds = [int(seed) for seed in sys.argv[2:]] or [1, 2, 3, 4, 5]

    def run(*args):
        done = subprocess.run([tessera, *map(str, args), "--json"], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{args}: {done.stdout} {done.stderr}")
        return json.loads(done.stdout)

    totals = collections.defaultdict(lambda: [0, 0, 0, 0])
    trials = collections.defaultdict(lambda: [0, 0])
    chosen = collections.Counter()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            measure(run, pathlib.Path(folder), seed, totals, trials, chosen)
    print(f"{'hidden':8} {'recipe':24} {'way':9} {'right':>12} {'of true type':>14} {'trial said':>11} {'unlike':>8}")
    for (hidden, recipe, way), (right, typed, unlike, count) in totals.items():
        tried = trials[hidden, recipe, way]
        print(
            f"{hidden:8} {recipe:24} {way:9} {right:>4}/{count:<3} {right / count:.2f} {typed:>5}/{count:<3} {typed / count:.2f}"
            f" {tried[0] / tried[1]:>11.2f} {unlike:>4}/{count:<3}"
        )
    print("auto took:", dict(chosen))


def measure(run, folder, seed, totals, trials, chosen):
    files = folder / "files"
    run("synth", files, *SIZE, "--seed", seed)
    aside = folder / "aside"
    run("new", aside)
    types = truth(run, files, aside)
    with open(files / "stores.csv", newline="") as told:
        formats = {row["store_id"]: row["format"] for row in csv.DictReader(told)}
    shops = sorted(shop for shop, kind in types.items() if kind != "online")
    hidden = {
        "none": set(),
        "fifth": set(random.Random(seed).sample(shops, len(shops) // 5)),
        "formats": {shop for shop in shops if formats[shop] in ("hypermarket", "fashion")},
    }
    projects = {name: load(run, folder, files, name, out) for name, out in hidden.items()}
    for number, (recipe, text) in enumerate(RECIPES.items()):
        scheme, where = f"s{number}", {}
        for name, project in projects.items():
            path = folder / f"{scheme}.toml"
            path.write_text(text or "")
            asked = [path] if text else ["--template", "stores-by-sales-mix"]
            run("segment", "recipe", scheme, *asked, "--project", project)
            run("segment", "fit", scheme, "--clusters", 5, "--project", project)
            rows = run("segment", "members", scheme, "--limit", 1000, "--project", project)["rows"]
            where[name] = {row["member"]: row["cluster"] for row in rows}
        for name in ("fifth", "formats"):
            same, kind = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
            for shop, cluster in where[name].items():
                same[cluster][where["none"].get(shop)] += 1
                kind[cluster][types.get(shop)] += 1
            same, kind = most(same), most(kind)
            for way in WAYS:
                told = run("segment", "newcomers", scheme, "--method", way, "--project", projects[name])
                if way == "auto":
                    chosen[name, recipe, told["way"]] += 1
                for trial in told["trials"]:
                    if trial["way"] == told["way"]:
                        trials[name, recipe, way][0] += trial["right"]
                        trials[name, recipe, way][1] += trial["members"]
                for row in told["rows"]:
                    shop = row["member"]
                    if shop not in hidden[name] or shop not in where["none"]:
                        continue
                    cluster = row["proposed"]["cluster"]
                    total = totals[name, recipe, way]
                    total[0] += same[cluster] == where["none"][shop]
                    total[1] += kind[cluster] == types[shop]
                    total[2] += row["unlike"]
                    total[3] += 1


def load(run, folder, files, name, hidden):
    """A project without the receipts of some shops."""
    orders, project = folder / f"orders-{name}.csv", folder / name
    with open(files / "orders.csv", newline="") as whole, open(orders, "w", newline="") as part:
        reader = csv.DictReader(whole)
        writer = csv.DictWriter(part, reader.fieldnames)
        writer.writeheader()
        writer.writerows(row for row in reader if row["store_id"] not in hidden)
    run("new", project)
    for kind in ["products", "stores"]:
        run("import", files / f"{kind}.csv", "--as", kind, "--preset", "native", "--project", project)
    run("import", orders, "--as", "orders", "--preset", "native", "--project", project)
    return project


def most(counted):
    """The most common value of each key."""
    return {key: counts.most_common(1)[0][0] for key, counts in counted.items()}


def truth(run, files, project):
    """True types by shop."""
    path = next(files.glob("truth/stores.*"))
    rows = run("sql", "select store_id, catchment_type from t", "--file", f"t={path}", "--project", project)["rows"]
    return {row[0]: row[1] for row in rows}


if __name__ == "__main__":
    main()
