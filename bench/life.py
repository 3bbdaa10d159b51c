"""How well life events and projects are found on the generated chain, held against its truth, beside a plain rule.

    cargo build --release -p genome --example life
    python bench/life.py TESSERA target/release/examples/life --seeds 1 2 3 4 5

TESSERA is the program; it makes the chain (default size) for each seed, or `--chains FOLDER` holds one per seed already. Records
are joined by the truth, as if identities were solved, and all customers are taken to consent; the truth serves for scoring only.

A pair (customer, kind) counts towards recall if the customer has a recognised visit within its true days. A finding is right if
its days, from the day about which it began on, overlap the true days of one of the customer's events of that kind. The rule says
a kind on the first day on which two of its parts were bought within 28 days; it is right if that day lies within the true days.
It is given the needs of the truth, which the detector never sees.
"""
import argparse
import collections
import math
import subprocess
import tempfile

import pandas as pd

NEEDS = {"baby": "nappies baby_food baby_care baby_wear",
         "move": "moving paint brushes lamps shelves storage rugs fixings bedding",
         "new_dog": "dog_food pet_things", "new_cat": "cat_food litter pet_things",
         "room_makeover": "paint brushes flooring rugs lamps cushions shelves",
         "garden_makeover": "soil plants garden_tools garden_seat",
         "kitchen": "paint fixings tools cookware tableware appliance lamps",
         "birthday_party": "party cards toys lemonade baking crisps"}
EVENTS = ["baby", "move", "new_dog", "new_cat"]
GROUPS = {"events": EVENTS, "projects": [kind for kind in NEEDS if kind not in EVENTS], "together": list(NEEDS)}
LEAST = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]
BINS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0001]
RULE_DAYS = 28


def days(times):
    return (pd.to_datetime(times) - pd.Timestamp("1970-01-01")).dt.days


def chain(folder):
    """Products, purchases of known people, and true days by (person, kind)."""
    read = lambda name: pd.read_parquet(f"{folder}/{name}.parquet")
    products, lines = read("products"), read("orders")
    number = {product: place for place, product in enumerate(products.product_id)}
    lines["person"] = lines.customer_id.map(read("truth/identities").set_index("record_id").person_id)
    lines = lines[lines.person.notna() & lines.product_id.isin(number)]
    bought = pd.DataFrame({"person": lines.person.str[1:].astype(int), "day": days(lines.happened_at),
                           "product": lines.product_id.map(number), "quantity": lines.quantity.astype(float)})
    # As the engine counts them: a part of a unit is one.
    bought["quantity"] = (bought.quantity.abs().apply(lambda q: -int(-q // 1)) * (2 * (bought.quantity > 0) - 1)).astype(int)
    events, projects = read("truth/life_events"), read("truth/projects")
    events, projects = events[["person_id", "kind", "shows_from", "shows_to"]], projects[["person_id", "kind", "starts_on", "ends_on"]]
    truth = collections.defaultdict(list)
    for table in (events, projects):
        for person, kind, start, end in zip(table.iloc[:, 0], table.kind, days(table.iloc[:, 2]), days(table.iloc[:, 3])):
            truth[int(person[1:]), kind].append((start, end))
    need = read("truth/products").set_index("product_id").need
    return products, bought, truth, products.product_id.map(need)


def recognised(bought, truth):
    """The pairs that can be found: the customer has a visit within the true days."""
    visits = bought.groupby("person").day.apply(lambda column: sorted(set(column))).to_dict()
    return {pair for pair, spans in truth.items()
            if any(start <= day < end for start, end in spans for day in visits.get(pair[0], []))}


def findings(products, bought, life, least):
    """Rows (pair, likelihood, from, to, score), and what the run told of itself."""
    with tempfile.TemporaryDirectory() as folder:
        products[["name", "category_1", "category_2", "category_3"]].to_csv(
            f"{folder}/products", sep="\t", header=False, index=False, quoting=3)
        bought.to_csv(f"{folder}/purchases", sep="\t", header=False, index=False)
        ran = subprocess.run([life, f"{folder}/products", f"{folder}/purchases", str(bought.day.max()), str(least)],
                             check=True, capture_output=True, text=True)
    rows = [line.split("\t") for line in ran.stdout.splitlines()]
    return [((int(row[0]), row[1]), float(row[7]), int(row[3]), int(row[5]), int(row[6]) / 1e3) for row in rows], ran.stderr


def rule(bought, need):
    """The first day on which two parts of a kind were bought within 28 days, as findings of one day."""
    found = []
    parts = {name: [kind for kind, needs in NEEDS.items() if name in needs.split()] for name in set(need)}
    bought = bought.assign(need=bought["product"].map(need))
    bought = bought[(bought.quantity > 0) & bought.need.map(lambda name: bool(parts.get(name)))]
    for person, own in bought.sort_values("day", kind="stable").groupby("person"):
        last, said = {}, set()
        for day, name in zip(own.day, own.need):
            last[name] = day
            for kind in parts[name]:
                fresh = sum(day - last.get(other, -10**6) < RULE_DAYS for other in NEEDS[kind].split())
                if kind not in said and fresh >= 2:
                    said.add(kind)
                    found.append(((person, kind), 1.0, day, day + 1, 0.0))
    return found


def scored(found, truth):
    """Rows (kind, likelihood, right, pair, score)."""
    right = lambda pair, start, end: any(start < to and end > since for since, to in truth.get(pair, []))
    return [(pair[1], likely, right(pair, start, end), pair, score) for pair, likely, start, end, score in found]


def ratio(rows, able, kinds, least):
    """Precision and recall, and what they are counted from."""
    rows = [row for row in rows if row[0] in kinds and row[1] >= least]
    pairs = {pair for pair in able if pair[-1] in kinds}
    hit = {row[3] for row in rows if row[2]} & pairs
    return sum(row[2] for row in rows) / max(1, len(rows)), len(hit) / max(1, len(pairs)), len(rows), len(pairs)


def report(title, detector, ruled, able, default):
    print(f"\n{title}")
    for name, kinds in [*GROUPS.items(), *((kind, [kind]) for kind in NEEDS)]:
        cells = " ".join("{:.3f}/{:.3f}".format(*ratio(detector, able, kinds, least)[:2]) for least in LEAST)
        print(f"  {name:16}{ratio(detector, able, kinds, 0)[3]:6}  {cells}  at {default}: "
              + "{:.3f}/{:.3f} ({} told)".format(*ratio(detector, able, kinds, default))
              + "  rule {:.3f}/{:.3f} ({} told)".format(*ratio(ruled, able, kinds, 0)))


def calibration(detector):
    """Likelihood told against the share that was right; the mean of the squared error, and of always telling the share."""
    print("\n  likelihood       events: told / mean / right     projects: told / mean / right     together")
    for low, high in zip(BINS, BINS[1:]):
        cells = []
        for kinds in GROUPS.values():
            rows = [row for row in detector if low <= row[1] < high and row[0] in kinds]
            count = max(1, len(rows))
            cells.append(f"{len(rows):6} {sum(row[1] for row in rows) / count:.3f} {sum(row[2] for row in rows) / count:.3f}")
        print(f"  {low:.2f} to {min(high, 1):.2f}   " + "   |   ".join(cells))
    for name, kinds in GROUPS.items():
        rows = [row for row in detector if row[0] in kinds]
        share = sum(row[2] for row in rows) / max(1, len(rows))
        brier = sum((row[1] - row[2]) ** 2 for row in rows) / max(1, len(rows))
        print(f"  {name}: Brier score {brier:.4f}, {share * (1 - share):.4f} if always {share:.3f} were told")


def curve(rows):
    """Slope and step of the logistic curve that makes what was right most likely, by Newton's method (Platt 2000, with its targets)."""
    right = sum(row[2] for row in rows)
    targets = 1 / (len(rows) - right + 2), (right + 1) / (right + 2)
    slope, step = 1.0, 0.0
    for _ in range(50):
        first, second = [0.0, 0.0], [0.0, 0.0, 0.0]
        for row in rows:
            score = min(max(row[4], -10), 10)
            chance = 1 / (1 + math.exp(-(slope * score + step)))
            off, weight = chance - targets[row[2]], chance * (1 - chance)
            first = [first[0] + off * score, first[1] + off]
            second = [second[0] + weight * score**2, second[1] + weight * score, second[2] + weight]
        whole = second[0] * second[2] - second[1]**2
        slope -= (second[2] * first[0] - second[1] * first[1]) / whole
        step -= (second[0] * first[1] - second[1] * first[0]) / whole
    return slope, step


def main():
    reads = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reads.add_argument("tessera")
    reads.add_argument("life")
    reads.add_argument("--seeds", nargs="+", default=["1", "2", "3", "4", "5"])
    reads.add_argument("--chains")
    reads.add_argument("--least", type=float, default=LEAST[0], help="likelihood from which findings are looked at")
    reads.add_argument("--default", type=float, default=0.5, help="likelihood from which the program tells")
    reads.add_argument("--fit", action="store_true", help="fit the curve of the likelihood to the scores of what is looked at")
    reads.add_argument("--rows", help="a file for every finding: seed, kind, score, likelihood, right")
    asked = reads.parse_args()
    detector, ruled, able = [], [], set()
    print("precision/recall by least likelihood " + " ".join(str(least) for least in LEAST))
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as made:
            folder = f"{asked.chains}/{seed}" if asked.chains else f"{made}/chain"
            if not asked.chains:
                subprocess.run([asked.tessera, "synth", folder, "--seed", seed, "--format", "parquet"], check=True, capture_output=True)
            products, bought, truth, need = chain(folder)
        found, told = findings(products, bought, asked.life, asked.least)
        own, plain = scored(found, truth), scored(rule(bought, need), truth)
        pairs = recognised(bought, truth)
        report(f"seed {seed}: {bought.person.nunique()} people who bought", own, plain, pairs, asked.default)
        print("  learned: " + "; ".join(line.replace("\t", " ") for line in told.splitlines()))
        detector += [(kind, likely, right, (seed, *pair), score) for kind, likely, right, pair, score in own]
        ruled += [(kind, likely, right, (seed, *pair), score) for kind, likely, right, pair, score in plain]
        able |= {(seed, *pair) for pair in pairs}
    report("all seeds", detector, ruled, able, asked.default)
    calibration(detector)
    if asked.fit:
        for name, kinds in GROUPS.items():
            print("  {}: slope {:.3f}, step {:.3f}".format(name, *curve([row for row in detector if row[0] in kinds])))
    if asked.rows:
        with open(asked.rows, "w") as to:
            to.writelines(f"{pair[0]}\t{kind}\t{score}\t{likely}\t{int(right)}\n" for kind, likely, right, pair, score in detector)


if __name__ == "__main__":
    main()
