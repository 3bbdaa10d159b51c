#!/usr/bin/env python3
"""Who stands for whom, against the truth of generated chains, through the real program.

    python3 demand.py --tessera ../target/debug/tessera [--seeds 1,2,3,4,5] [--keep DIR] [--without promotions]
                      [--products 1500 --orders 60000]

For each seed: makes a chain, imports its feeds, runs `tessera demand run`, and compares what was kept with the truth
that the generator wrote beside it, naive answers beside. Needs nothing but Python. No number here is read by any model.

Where demand goes, of the 100 best sellers:
share   mean error of the share of a true substitute (1 % and more)
lost    mean error of the lost part; `bias` is the mean of estimate less truth
moved   share of a product's demand that is said to go to the wrong place: half the sum of all errors, lost included

Pairs, of the 300 best sellers; not listed counts as 0. Lists hold substitutes of one category and complements of two, so
what the catalogue alone would say stands beside each:
c/s     chance (AUC) that a true complement (two needs of one project) has a higher strength than a true substitute (5 % and
        more goes from one to the other); the same by lift; by `category` alone: of two or of one
in      chance that of two pairs of one category the one between which half as much again goes as by sales has the lower
        strength than one between which a third less does; the same by lift; by `shares` against sales. The catalogue cannot
        tell these
goes    share of the listed complements that are of one project; of as many pairs of the highest lift; of `any pair` of two
        needs
right   share of the listed substitutes, of all products, that are true ones; of as many by chance, `any` pairs of the
        same products' categories

root    share of the trees whose first attribute is the one along which true diversion runs best; by guessing one; `trees` is
        how many were split at all
rand    adjusted Rand index of the clusters by co-purchase with the catalogue's top level and its lowest, which is no truth
s       seconds of the run
"""
import argparse, collections, csv, itertools, json, math, os, shutil, subprocess, tempfile, time

SIZE = ["--customers", "3000", "--stores", "40", "--format", "csv"]
BEST, PAIRED, TRUE, CLEAR, NEAR = 100, 300, 0.01, 0.05, 1.5


def run(program, *args):
    done = subprocess.run([program, *args, "--json"], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{args}: {done.stdout} {done.stderr}")
    return json.loads(done.stdout)


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def make(program, seed, work, kinds, size):
    """A chain and its project; the files stay, the truth among them."""
    files, shop = os.path.join(work, "files"), os.path.join(work, "shop")
    if not os.path.exists(files):
        run(program, "synth", files, *size, "--seed", str(seed))
    run(program, "new", shop)
    for kind in kinds:
        run(program, "import", os.path.join(files, kind + ".csv"), "--as", kind, "--preset", "native", "--project", shop)
    return files, shop


def kept(program, shop, work, query):
    path = os.path.join(work, "kept.csv")
    run(program, "sql", query, "--output", path, "--project", shop)
    return rows(path)


def true_rows(program, shop, work, name):
    """A table of the truth, which is Parquet: the program reads it."""
    path = os.path.join(work, "files", "truth", name)
    if os.path.exists(path + ".csv"):
        return rows(path + ".csv")
    out = os.path.join(work, "truth.csv")
    run(program, "sql", f"select * from true_{name}", "--file", f"true_{name}={path}.parquet", "--output", out, "--project", shop)
    return rows(out)


def diversions(table):
    """Per product what each other gains, `(lost)` and `(others)` among them."""
    gains = collections.defaultdict(dict)
    for row in table:
        gains[row["product_id"]][row["substitute_id"]] = float(row["diversion"])
    return gains


def mean(values):
    values = list(values)
    return sum(values) / max(1, len(values))


def area(high, low):
    """Chance that one of `high` is above one of `low`, half for ties."""
    ranked = sorted([(value, 1) for value in high] + [(value, 0) for value in low])
    below, wins, place = 0, 0.0, 0
    while place < len(ranked):
        tied = list(itertools.takewhile(lambda row: row[0] == ranked[place][0], ranked[place:]))
        ups = sum(up for _, up in tied)
        wins += ups * (below + (len(tied) - ups) / 2)
        below += len(tied) - ups
        place += len(tied)
    return wins / max(1, len(high) * len(low))


def transference(products, shares, gains):
    """Errors of the model and of the naive answer: everything by sales, nothing lost."""
    sold = {p["product_id"]: int(p["purchases"]) for p in products}
    category = {p["product_id"]: p["category"] for p in products}
    fitted = {p["product_id"]: p for p in products if p["lost"] != ""}
    best = sorted((p for p in fitted if p in gains), key=lambda p: (-sold[p], p))[:BEST]
    model, naive = collections.defaultdict(list), collections.defaultdict(list)
    of = collections.defaultdict(dict)
    for row in shares:
        of[row["product_id"]][row["substitute_id"]] = (float(row["share"]), float(row["by_sales"]))
    for p in best:
        true, lost = gains[p], float(fitted[p]["lost"])
        others = [o for o in fitted if category[o] == category[p] and o != p]
        total = sum(sold[o] for o in others)
        answers = {
            "model": ({o: share for o, (share, _) in of[p].items()}, lost),
            "naive": ({o: sold[o] / total for o in others} if total else {}, 0.0),
        }
        for name, (answer, lost) in answers.items():
            out = model if name == "model" else naive
            named = [o for o in true if o not in ("(lost)", "(others)") and true[o] >= TRUE]
            out["share"] += [abs(answer.get(o, 0.0) - true[o]) for o in named]
            out["lost"].append(abs(lost - true["(lost)"]))
            out["bias"].append(lost - true["(lost)"])
            rest = 1 - lost - sum(answer.get(o, 0.0) for o in named)
            away = sum(abs(answer.get(o, 0.0) - true[o]) for o in named)
            out["moved"].append((away + abs(lost - true["(lost)"]) + abs(rest - true.get("(others)", 0.0))) / 2)
    return [{key: mean(values) for key, values in out.items()} for out in (model, naive)], len(best)


def pairs(files, true, products, partners, shares, gains):
    """How well strengths tell pairs apart, beside lift counted from the receipts and what the catalogue alone says."""
    category = {p["product_id"]: p["category"] for p in products}
    need = {row["product_id"]: row["need"] for row in true("products")}
    kinds = {tuple(sorted(row["needs"].split(";"))) for row in true("projects")}
    go = {frozenset(two) for kind in kinds for two in itertools.combinations(kind, 2)}
    best = [p["product_id"] for p in sorted(products, key=lambda p: (-int(p["purchases"]), p["product_id"]))[:PAIRED]]
    inside = set(best)
    baskets = collections.defaultdict(set)
    for row in rows(os.path.join(files, "orders.csv")):
        if row["product_id"] in inside and not row["quantity"].startswith("-"):
            baskets[row["receipt_id"]].add(row["product_id"])
    single, both = collections.Counter(), collections.Counter()
    for basket in baskets.values():
        single.update(basket)
        both.update(itertools.combinations(sorted(basket), 2))
    total = len({row["receipt_id"] for row in true("receipts")})
    strength = {(row["product_id"], row["partner_id"]): float(row["strength"]) for row in partners}
    sold, kin = {p["product_id"]: int(p["purchases"]) for p in products}, collections.Counter()
    for p in products:
        kin[p["category"]] += sold[p["product_id"]]
    against_sales = {(row["product_id"], row["substitute_id"]): float(row["share"]) / max(1e-9, float(row["by_sales"])) for row in shares}

    def truly(a, b):
        """How many times as much goes from one product to another as by sales, of what stays."""
        stays = 1 - gains[a]["(lost)"]
        return gains[a].get(b, 0.0) / max(1e-9, stays) * (kin[category[a]] - sold[a]) / sold[b]

    classes = {"complement": [], "substitute": [], "neutral": []}
    inside_one = {True: [], False: []}
    for a, b in itertools.combinations(sorted(best), 2):
        stands = max(gains.get(a, {}).get(b, 0), gains.get(b, {}).get(a, 0))
        lift = (both[a, b] + 0.5) * total / (single[a] * single[b] + 0.5)
        strong = strength.get((a, b), strength.get((b, a), 0.0))
        if category[a] == category[b] and a in gains and b in gains:
            near = mean((truly(a, b), truly(b, a)))
            if near >= NEAR or near <= 1 / NEAR:
                model = mean(against_sales.get(two, 0.0) for two in ((a, b), (b, a)))
                inside_one[near >= NEAR].append((-strong, -lift, model))
        if need[a] != need[b]:
            kind = "complement" if frozenset((need[a], need[b])) in go else "neutral"
        elif stands >= CLEAR:
            kind = "substitute"
        else:
            continue
        classes[kind].append((strong, lift, category[a] != category[b]))
    told = lambda high, low, side: area([pair[side] for pair in high], [pair[side] for pair in low])
    areas = [told(classes["complement"], classes["substitute"], side) for side in (0, 1, 2)]
    inner = [told(inside_one[True], inside_one[False], side) for side in (0, 1, 2)]
    # As many pairs of the highest lift as are listed.
    across = [(*pair[:2], True) for pair in classes["complement"]] + [(*pair[:2], False) for pair in classes["neutral"]]
    listed = [pair for pair in across if pair[0] > 0]
    lifted = sorted(across, key=lambda pair: -pair[1])[: len(listed)]
    goes = [mean(true for _, _, true in pairs) for pairs in (listed, lifted, across)]
    judge = lambda a, b: gains[a].get(b, 0) >= TRUE or gains[b].get(a, 0) >= TRUE
    of = collections.defaultdict(list)
    for p in gains:
        if p in category:
            of[category[p]].append(p)
    judged, by_chance = [], []
    for row in partners:
        a, b = row["product_id"], row["partner_id"]
        if row["kind"] == "substitute" and a in gains and b in gains:
            judged.append(judge(a, b))
            by_chance.append(a)
    chance = {a: mean(judge(a, b) for b in of[category[a]] if b != a) for a in set(by_chance)}
    return areas, inner, goes, [mean(judged), mean(chance[a] for a in by_chance)]


def roots(files, products, nodes, gains):
    """Share of the trees whose first attribute is the one along which true diversion runs best; by guessing."""
    skip = {"product_id", "gtin", "name", "description", "category_1", "category_2", "category_3", "attributes", "unit_cost", "list_price",
            "width_cm", "height_cm", "depth_cm", "option_sets", "image", "launched_on", "withdrawn_on", "must_carry"}
    of = {}
    for row in rows(os.path.join(files, "products.csv")):
        own = {key: value for key, value in row.items() if key not in skip and value}
        own.update(pair.split("=", 1) for pair in row["attributes"].split(";") if "=" in pair)
        of[row["product_id"]] = own
    sold = {p["product_id"]: int(p["purchases"]) for p in products}
    by = collections.defaultdict(list)
    for p in products:
        if p["lost"] != "" and p["product_id"] in gains:
            by[p["category"]].append(p["product_id"])
    right, chance = [], []
    for node in nodes:
        inside = by[node["category"]]
        true = collections.defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
        names = sorted({name for p in inside for name in of[p]})
        for a in inside:
            total = sum(sold[b] for b in inside if b != a)
            for b in inside:
                if a == b or not total:
                    continue
                for name in names:
                    side = 0 if of[a].get(name) == of[b].get(name) else 2
                    true[name][side] += sold[a] * gains[a].get(b, 0.0)
                    true[name][side + 1] += sold[a] * sold[b] / total
        gain = {}
        for name, (within, usual, between, other) in true.items():
            if min(within, usual, between, other) > 0 and within / usual > between / other:
                gain[name] = within * math.log(within / usual) + between * math.log(between / other)
        if gain:
            right.append(max(gain, key=gain.get) == node["attribute"])
            chance.append(1 / len(names))
    return mean(right), mean(chance), len(right)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tessera", required=True)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--keep", help="a folder in which the chains stay, one for each seed")
    parser.add_argument("--without", default="", help="a feed to leave out, as in promotions")
    parser.add_argument("--products", default="1500")
    parser.add_argument("--orders", default="60000")
    args = parser.parse_args()
    kinds = [kind for kind in ("products", "stores", "customers", "orders", "inventory", "promotions") if kind != args.without]
    size = [*SIZE, "--products", args.products, "--orders", args.orders]
    program = os.path.abspath(args.tessera)
    names = ("share|by sales|lost|nothing lost|bias|moved|by sales|c/s|lift|category|in|lift|shares|goes|lift|any pair|right|any|root|guessed|trees|"
             "rand top|lowest|s").split("|")
    print(f"| seed | {' | '.join(names)} |")
    print("|" + "---|" * (len(names) + 1))
    for seed in args.seeds.split(","):
        work = os.path.join(args.keep, seed) if args.keep else tempfile.mkdtemp(prefix="tessera-demand-")
        os.makedirs(work, exist_ok=True)
        shutil.rmtree(os.path.join(work, "shop"), ignore_errors=True)
        files, shop = make(program, int(seed), work, kinds, size)
        start = time.monotonic()
        ran = run(program, "demand", "run", "--project", shop)
        seconds = time.monotonic() - start
        of = f"where run_id = '{ran['run_id']}'"
        products = kept(program, shop, work, f"select product_id, category, purchases, leaf, lost from demand_products {of}")
        shares = kept(program, shop, work, f"select product_id, substitute_id, share, by_sales from demand_shares {of}")
        partners = kept(program, shop, work, f"select product_id, partner_id, kind, strength from demand_partners {of}")
        true = lambda name: true_rows(program, shop, work, name)
        gains = diversions(true("substitutes"))
        (model, naive), _ = transference(products, shares, gains)
        areas, inner, goes, right = pairs(files, true, products, partners, shares, gains)
        nodes = kept(program, shop, work, f"select category, attribute from demand_nodes {of} and node = 0 and attribute is not null")
        root, guessed, trees = roots(files, products, nodes, gains)
        agreed = [each["adjusted_rand"] for each in run(program, "demand", "communities", "--project", shop)["agreement"]]
        cells = [model["share"], naive["share"], model["lost"], naive["lost"], model["bias"], model["moved"], naive["moved"],
                 *areas, *inner, *goes, *right, root, guessed]
        numbers = [*(f"{cell:.3f}" for cell in cells), str(trees), f"{agreed[0]:.2f}", f"{agreed[-1]:.2f}", f"{seconds:.0f}"]
        print(f"| {seed} | {' | '.join(numbers)} |", flush=True)
        if not args.keep:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
