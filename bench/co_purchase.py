#!/usr/bin/env python3
"""Products clustered by what they are bought with, against the trips that generated chains were made of, through the real
program.

    python3 co_purchase.py --tessera ../target/debug/tessera [--seeds 1,2,3] [--chains DIR] [--clusters 8]

For each seed: makes a chain (or takes DIR/SEED, DIR/cSEED with its feeds), imports catalogue, shops and orders, runs schemes
of products, and compares clusters with the trip that each product is bought on most: the generator's table of needs says
how much each need pulls on each of eight kinds of trips. Adjusted Rand index over the products of the scheme by
co-purchase, of which there is evidence. Needs nothing but Python.

by c1, c2, c3   recipe products-by-co-purchase, what is in the basket grouped by that level of the catalogue
attributes      recipe products-by-attributes
louvain         clusters by co-purchase of `tessera demand run`
most with       each product with the top category that most of what is bought with it is of: the naive answer
top level       the catalogue's own top level
again           agreement of the scheme of even receipts with that of odd ones
"""
import argparse, collections, csv, os, shutil, tempfile

from demand import rows, run

NEEDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../crates/sample/src/data/needs.psv")
SIZE = ["--customers", "3000", "--stores", "60", "--products", "2000", "--orders", "60000", "--format", "csv"]


def trips():
    """Per lowest category the letter of the trip that pulls most."""
    found = {}
    for line in open(NEEDS).read().splitlines()[1:]:
        cells = line.split("|")
        pulls = {cell[0]: float(cell[1:]) for cell in cells[8].split()}
        if pulls:
            found[tuple(cells[1:4])] = max(pulls, key=pulls.get)
    return found


def rand(a, b, over):
    """Adjusted Rand index of two groupings over some products."""
    over = [p for p in over if p in a and p in b]
    both, of_a, of_b = (collections.Counter() for _ in range(3))
    for p in over:
        both[a[p], b[p]] += 1
        of_a[a[p]] += 1
        of_b[b[p]] += 1
    pairs = lambda counts: sum(n * (n - 1) / 2 for n in counts.values())
    chance = pairs(of_a) * pairs(of_b) / max(1, len(over) * (len(over) - 1) / 2)
    most = (pairs(of_a) + pairs(of_b)) / 2
    return (pairs(both) - chance) / (most - chance) if most > chance else 1.0


def most_with(files, top):
    """Per product the top category that most of what is in its baskets is of."""
    baskets, with_ = collections.defaultdict(set), collections.defaultdict(collections.Counter)
    for row in rows(os.path.join(files, "orders.csv")):
        if not row["quantity"].startswith("-"):
            baskets[row["receipt_id"]].add(row["product_id"])
    for basket in baskets.values():
        counts = collections.Counter(top[p] for p in basket)
        for p in basket:
            for group, number in counts.items():
                with_[p][group] += number - (group == top[p])
    return {p: max(sorted(groups), key=groups.get) for p, groups in with_.items()}


def shop_of(program, files, work, name, orders):
    shop = os.path.join(work, name)
    shutil.rmtree(shop, ignore_errors=True)
    run(program, "new", shop)
    for kind, path in (("products", None), ("stores", None), ("orders", orders)):
        run(program, "import", path or os.path.join(files, kind + ".csv"), "--as", kind, "--preset", "native", "--project", shop)
    return shop


def scheme(program, shop, name, template, clusters, level=None):
    text = run(program, "segment", "templates", template)
    text = text["text"] if isinstance(text, dict) else text
    if level:
        text = text.replace('by = "category_1"', f'by = "{level}"')
    path = os.path.join(shop, name + ".toml")
    open(path, "w").write(text)
    run(program, "segment", "recipe", name, path, "--project", shop)
    run(program, "segment", "fit", name, "--clusters", str(clusters), "--project", shop)
    found = run(program, "segment", "members", name, "--limit", "100000", "--project", shop)["rows"]
    return {row["member"]: row["cluster"] for row in found}


def halves(files, work):
    """The orders by even and by odd receipts, as they come."""
    with open(os.path.join(files, "orders.csv"), newline="") as file:
        reader = csv.reader(file)
        head = next(reader)
        numbers, out = {}, []
        paths = [os.path.join(work, f"half{side}.csv") for side in (0, 1)]
        writers = []
        for path in paths:
            out.append(open(path, "w", newline=""))
            writers.append(csv.writer(out[-1]))
            writers[-1].writerow(head)
        for row in reader:
            number = numbers.setdefault(row[head.index("return_of")] or row[0], len(numbers))
            writers[number % 2].writerow(row)
        for file in out:
            file.close()
    return paths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tessera", required=True)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--chains", help="a folder with chains that were made before")
    parser.add_argument("--clusters", type=int, default=8)
    args = parser.parse_args()
    program, truth = os.path.abspath(args.tessera), trips()
    print("| seed | products placed | of sold | by c1 | c2 | c3 | attributes | louvain | most with | top level | with attributes | again |")
    print("|" + "---|" * 12)
    for seed in args.seeds.split(","):
        work = tempfile.mkdtemp(prefix="tessera-together-")
        files = os.path.join(work, "files")
        if args.chains:
            known = [os.path.join(args.chains, name) for name in (seed, "c" + seed)]
            files = next(path for path in known if os.path.exists(path))
        else:
            run(program, "synth", files, *SIZE, "--seed", seed)
        catalogue = {row["product_id"]: row for row in rows(os.path.join(files, "products.csv"))}
        levels = [f"category_{level}" for level in (1, 2, 3)]
        trip = {p: truth.get(tuple(row[level] for level in levels), "?") for p, row in catalogue.items()}
        top = {p: row["category_1"] for p, row in catalogue.items()}
        shop = shop_of(program, files, work, "shop", os.path.join(files, "orders.csv"))
        found = [scheme(program, shop, f"by-{level[-1]}", "products-by-co-purchase", args.clusters, level) for level in levels]
        dna = scheme(program, shop, "dna", "products-by-attributes", args.clusters)
        ran = run(program, "demand", "run", "--project", shop)
        out = os.path.join(work, "kept.csv")
        run(program, "sql", f"select product_id, community, purchases from demand_products where run_id = '{ran['run_id']}'", "--output", out, "--project", shop)
        kept = rows(out)
        louvain = {row["product_id"]: row["community"] for row in kept if row["community"] != "0"}
        placed = set(found[0])
        over = placed & set(louvain) & set(dna) & set(found[1]) & set(found[2])
        cells = [rand(each, trip, over) for each in (*found, dna, louvain, most_with(files, top), top)]
        cells.append(rand(found[0], dna, over))
        twice = [scheme(program, shop_of(program, files, work, f"half{side}", path), "half", "products-by-co-purchase", args.clusters)
                 for side, path in enumerate(halves(files, work))]
        cells.append(rand(*twice, set(twice[0]) & set(twice[1])))
        print(f"| {seed} | {len(placed)} | {len(kept)} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |", flush=True)
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
