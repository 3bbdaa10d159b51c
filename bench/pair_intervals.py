#!/usr/bin/env python3
"""Whether the intervals of pairs, and of shares and lost parts, hold what they are about, through the real program.

    python3 pair_intervals.py --tessera ../target/debug/tessera [--seeds 1,2,3] [--chains DIR]

Pairs. The customers of a chain are parted in two (receipts without one by their number); `tessera demand run` sees the one
half. Of each pair it lists, the number of baskets with both in the other half must lie in the interval that its own
makes of it: ratio × what chance gives the pair there, and chance on top (a negative binomial with as much more variance
than Poisson as repeats make, drawn 400 times). `plain` is the same with the interval of counting alone, as wide as if each
basket were another customer's. Nominal is 90 %. Pairs are listed because they stood out, so those of the other half
stand out less: what is `below` and `above` is beside.

Shares and lost parts. `tessera demand run` sees all; the truth of the generator beside. Of the 100 best sellers, shares of
true substitutes (1 % and more).
Needs nothing but Python.
"""
import argparse, collections, csv, math, os, random, shutil, tempfile

from demand import rows, run

SIZE = ["--customers", "3000", "--stores", "40", "--products", "1500", "--orders", "60000", "--format", "csv"]
KINDS = ("products", "stores", "customers", "orders", "inventory", "promotions")
DRAWS, QUARTER, BEST, TRUE = 400, 91, 100, 0.01


def kept(program, shop, work, query, *more):
    path = os.path.join(work, "kept.csv")
    run(program, "sql", query, "--output", path, "--project", shop, *more)
    return rows(path)


def project(program, files, work, name, orders, kinds):
    shop = os.path.join(work, name)
    run(program, "new", shop)
    for kind in kinds:
        path = orders if kind == "orders" else os.path.join(files, kind + ".csv")
        run(program, "import", path, "--as", kind, "--preset", "native", "--project", shop)
    return shop, run(program, "demand", "run", "--project", shop)["run_id"]


def halves(files, work):
    """Orders of one half of the customers, and the baskets of the other: customer, shop, day, products."""
    one, other = os.path.join(work, "one.csv"), collections.defaultdict(lambda: [None, None, None, set()])
    with open(os.path.join(files, "orders.csv"), newline="") as file, open(one, "w", newline="") as out:
        reader = csv.DictReader(file)
        writer = csv.DictWriter(out, reader.fieldnames)
        writer.writeheader()
        for row in reader:
            side = random.Random(row["customer_id"] or row["return_of"] or row["receipt_id"]).random() < 0.5
            if side:
                writer.writerow(row)
            elif not row["quantity"].startswith("-"):
                basket = other[row["receipt_id"]]
                basket[:3] = row["customer_id"] or row["receipt_id"], row["store_id"] or row["channel"], row["happened_at"][:10]
                basket[3].add(row["product_id"])
    return one, list(other.values())


def strata(baskets):
    """As the kernel has it: per product its purchases in each shop and quarter, scaled so that a scalar product of two is
    the number of baskets by chance."""
    from datetime import date
    first = min(basket[2] for basket in baskets)
    day = lambda text: (date.fromisoformat(text) - date.fromisoformat(first)).days // QUARTER
    lines, pairs, spread = collections.Counter(), collections.Counter(), collections.defaultdict(collections.Counter)
    for _, shop, when, products in baskets:
        at, size = (shop, day(when)), len(products)
        lines[at] += size
        pairs[at] += size * (size - 1)
        for product in products:
            spread[product][at] += 1
    squares = collections.Counter()
    for own in spread.values():
        for at, number in own.items():
            squares[at] += number * number
    scale = {at: math.sqrt(pairs[at] / (lines[at] ** 2 - squares[at])) if lines[at] ** 2 > squares[at] else 0.0 for at in lines}
    return {product: {at: number * scale[at] for at, number in own.items()} for product, own in spread.items()}


def drawn(rng, mean, clump):
    """A number whose variance is `clump` times its mean: gamma, then Poisson."""
    if mean <= 0:
        return 0
    if clump > 1.0001:
        mean = rng.gammavariate(mean / (clump - 1), clump - 1)
    if mean > 500:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    below, count, product = math.exp(-mean), 0, rng.random()
    while product > below:
        count, product = count + 1, product * rng.random()
    return count


def pairs(partners, baskets):
    """Per kind: share of the other half's counts within the interval, below and above it, and within the plain one."""
    spread = strata(baskets)
    holding = collections.defaultdict(set)
    for number, basket in enumerate(baskets):
        for product in basket[3]:
            holding[product].add(number)
    told = collections.defaultdict(list)
    seen = set()
    rng = random.Random(7)
    for row in partners:
        a, b = sorted((row["product_id"], row["partner_id"]))
        if (a, b) in seen:
            continue
        seen.add((a, b))
        own, far = spread.get(a, {}), spread.get(b, {})
        chance = sum(weight * far.get(at, 0.0) for at, weight in own.items())
        if chance < 0.5:
            continue
        both = holding[a] & holding[b]
        each = collections.Counter(baskets[number][0] for number in both)
        repeats = (sum(n * n for n in each.values()) + 10) / (sum(each.values()) + 10)
        mean, low, high = (math.exp(float(row[name])) for name in ("strength", "low", "high"))
        # The gamma number whose 5 % and 95 % are low and high has about this shape.
        shapes = [max(0.05, (2 * 1.645 / max(1e-6, math.log(high / max(low, 1e-9)))) ** 2)]
        shapes.append(max(0.05, (float(row["together"]) + 0.3)))
        found = []
        for shape, clump in zip(shapes, (repeats, 1.0)):
            draws = sorted(drawn(rng, rng.gammavariate(shape, mean / shape) * chance, clump) for _ in range(DRAWS))
            least, most = draws[int(0.05 * DRAWS)], draws[int(0.95 * DRAWS) - 1]
            found.append((least <= len(both) <= most, len(both) < least, len(both) > most))
        told[row["kind"]].append((*found[0], found[1][0], high / max(low, 1e-9)))
    mean = lambda values: sum(values) / max(1, len(values))
    return {kind: [len(each), *(mean([one[place] for one in each]) for place in range(4)), sorted(one[4] for one in each)[len(each) // 2]]
            for kind, each in told.items()}


def truths(program, files, shop, work, run_id):
    """Coverage of shares and lost parts against the generator's."""
    path = os.path.join(files, "truth", "substitutes.parquet")
    gains = collections.defaultdict(dict)
    for row in kept(program, shop, work, "select * from true_substitutes", "--file", f"true_substitutes={path}"):
        gains[row["product_id"]][row["substitute_id"]] = float(row["diversion"])
    of = f"where run_id = '{run_id}'"
    products = kept(program, shop, work, f"select product_id, purchases, lost, lost_low, lost_high from demand_products {of}")
    best = [p for p in products if p["lost"] and p["product_id"] in gains]
    best = sorted(best, key=lambda p: (-int(p["purchases"]), p["product_id"]))[:BEST]
    inside = lambda low, true, high: float(low) - 5e-4 <= true <= float(high) + 5e-4
    lost = [inside(p["lost_low"], gains[p["product_id"]]["(lost)"], p["lost_high"]) for p in best]
    wide = sorted(float(p["lost_high"]) - float(p["lost_low"]) for p in best)
    names, shares = {p["product_id"] for p in best}, []
    for row in kept(program, shop, work, f"select product_id, substitute_id, low, high from demand_shares {of}"):
        true = gains.get(row["product_id"], {}).get(row["substitute_id"], 0.0)
        if row["product_id"] in names and true >= TRUE:
            shares.append((inside(row["low"], true, row["high"]), float(row["high"]) - float(row["low"])))
    mean = lambda values: sum(values) / max(1, len(values))
    return [mean(lost), wide[len(wide) // 2], mean([held for held, _ in shares]), sorted(width for _, width in shares)[len(shares) // 2]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tessera", required=True)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--chains", help="a folder with chains that were made before, DIR/SEED")
    args = parser.parse_args()
    program = os.path.abspath(args.tessera)
    print("| seed | kind | pairs | within | below | above | within the plain one | ends apart (times) |\n" + "|" + "---|" * 8)
    after = []
    for seed in args.seeds.split(","):
        work = tempfile.mkdtemp(prefix="tessera-intervals-")
        files = os.path.join(args.chains or work, seed)
        if not os.path.exists(files):
            run(program, "synth", files, *SIZE, "--seed", seed)
        one, baskets = halves(files, work)
        shop, run_id = project(program, files, work, "one", one, ("products", "stores", "customers", "orders", "inventory"))
        of = f"where run_id = '{run_id}'"
        partners = kept(program, shop, work, f"select product_id, partner_id, kind, together, by_chance, strength, low, high from demand_partners {of}")
        for kind, cells in sorted(pairs(partners, baskets).items()):
            print(f"| {seed} | {kind} | {cells[0]} | " + " | ".join(f"{cell:.3f}" for cell in cells[1:5]) + f" | {cells[5]:.1f} |", flush=True)
        shop, run_id = project(program, files, work, "all", os.path.join(files, "orders.csv"), KINDS)
        after.append((seed, truths(program, files, shop, work, run_id)))
        shutil.rmtree(work)
    print("\n| seed | lost parts within | median width | shares within | median width |\n" + "|" + "---|" * 5)
    for seed, cells in after:
        print(f"| {seed} | " + " | ".join(f"{cell:.3f}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
