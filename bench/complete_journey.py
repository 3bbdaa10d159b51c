#!/usr/bin/env python3
"""Runs the workbench over the Complete Journey sample (84.51°, CC0 as the CRAN package states; not bundled here).

Turns the files of the package `completejourney` (csv.gz: transactions, products) into feeds, imports them
with the real program, and clusters households by what they buy, at the level of the chain: its shops are too thin per
category in the sample, which the script counts and says. Of 801 households the age is known, as a band: schemes with ever
more weight on age show where the warning that age alone drives the segments begins. Needs Python 3 alone.

    python3 bench/complete_journey.py --data FOLDER --tessera target/debug/tessera
"""

import argparse
import collections
import csv
import gzip
import json
import pathlib
import subprocess
import tempfile


# The middle of each band in 2017, the year of the data.
BORN = {"19-24": 1995, "25-34": 1987, "35-44": 1977, "45-54": 1967, "55-64": 1957, "65+": 1945}


def rows(folder, name):
    found = [p for p in (folder / f"{name}_sample.csv.gz", folder / f"{name}.csv.gz") if p.exists()]
    if not found:
        raise SystemExit(f"{folder} has no {name}.csv.gz: give the folder of the package's files as csv.gz")
    with gzip.open(found[0], "rt", newline="") as file:
        yield from csv.DictReader(file)


def write(path, header, lines):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(lines)


def feeds(folder, to):
    """The two feeds. Lines without units or sales are left out, as returns cannot be told from corrections."""
    left = collections.Counter()
    stores = collections.defaultdict(set)

    def orders():
        for number, row in enumerate(rows(folder, "transactions")):
            quantity, sales = float(row["quantity"]), float(row["sales_value"])
            if quantity <= 0 or sales <= 0:
                left["without units or sales"] += 1
                continue
            stores[row["store_id"]].add(row["basket_id"])
            # Fuel is told in thousandths of a gallon: a line is one sale of its value.
            units = int(quantity) if quantity == int(quantity) and quantity <= 100 else 1
            yield [row["basket_id"], number + 1, row["transaction_timestamp"].replace(" ", "T"), row["store_id"], "shop",
                   f"H{row['household_id']}", "loyalty", row["product_id"], units, f"{sales / units:.4f}", "USD"]

    write(to / "orders.csv", ["receipt_id", "line_no", "happened_at", "store_id", "channel", "customer_id", "id_kind",
                              "product_id", "quantity", "unit_price", "currency"], orders())
    write(to / "products.csv", ["product_id", "name", "brand", "category_1", "category_2", "category_3", "size"],
          ([row["product_id"], row["product_type"] or row["product_category"] or row["department"] or row["product_id"],
            row["brand"], row["department"], row["product_category"], row["product_type"], row["package_size"]]
           for row in rows(folder, "products")))
    write(to / "customers.csv", ["customer_id", "id_kind", "changed_at", "birth_year", "household_size"],
          ([f"H{row['household_id']}", "loyalty", "2017-01-01T00:00:00", BORN[row["age"]],
            row["household_size"].rstrip("+")] for row in rows(folder, "demographics")))
    return left, stores


def by_age(weight):
    """A recipe with so much weight on age and the rest on what is bought."""
    rest = "" if weight == 100 else f'[[features]]\nuse = "sales_mix"\nby = "category_1"\nweight = {100 - weight}\n'
    return (f'title = "Age {weight}"\nof = "customers"\n[method]\nclusters = 5\n[[features]]\nuse = "demographics"\n'
            f'columns = ["age"]\nweight = {weight}\n{rest}')


def tessera(program, *args):
    done = subprocess.run([program, *map(str, args), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"tessera {' '.join(map(str, args))}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", required=True, type=pathlib.Path, help="folder of the package's files as csv.gz")
    ask.add_argument("--tessera", default="target/debug/tessera", help="the program")
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        left, stores = feeds(args.data, work)
        shop = work / "shop"
        tessera(args.tessera, "new", shop)
        for kind in ("products", "customers", "orders"):
            tessera(args.tessera, "import", work / f"{kind}.csv", "--as", kind, "--project", shop)
        for reason, count in left.items():
            print(f"{count} lines {reason} left out")
        sizes = sorted((len(baskets) for baskets in stores.values()), reverse=True)
        thin = sum(size < 50 for size in sizes)
        print(f"{len(sizes)} shops, {thin} of them with fewer than 50 receipts in the sample: stores are not clustered here")
        tessera(args.tessera, "run", "--project", shop)
        for scheme, template, method in (("value", "customer-value", "kmeans"), ("missions", "customer-missions", "kmeans"),
                                         ("missions", "customer-missions", "ward"), ("missions", "customer-missions", "auto")):
            tessera(args.tessera, "segment", "recipe", scheme, "--template", template, "--project", shop)
            ran = tessera(args.tessera, "segment", "fit", scheme, "--method", method, "--project", shop)
            print(f"\n{scheme} by {method}: {ran['members']} households, {ran['sentence']}")
            board = tessera(args.tessera, "segment", "show", scheme, "--project", shop)
            for cluster in board["clusters"]:
                print(f"  {cluster['name']}: {cluster['sentence']}")
        for weight in (0, 10, 25, 40, 60, 80, 100):
            path = work / "age.toml"
            path.write_text(by_age(weight) if weight else by_age(1).replace('"age"', '"household_size"'))
            tessera(args.tessera, "segment", "recipe", "age", path, "--project", shop)
            tessera(args.tessera, "segment", "fit", "age", "--project", shop)
            board = tessera(args.tessera, "segment", "show", "age", "--project", shop)
            told = [note for note in board["notes"] if "age" in note.lower()]
            print(f"age {weight} %: {' '.join(told) or 'no warning'}")


if __name__ == "__main__":
    main()
