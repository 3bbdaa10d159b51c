"""Ten customers drawn at random, their genes and their baskets side by side, as Markdown for docs/ten-customers.md.

    python3 bench/ten_customers.py --tessera target/release/tessera --project gift-wholesaler --seed 4 > ten.md

It draws among customers with at least five receipts and judges nothing: whether a gene is recognisable from the basket is
for a reader who did not write the program. It must not choose whom it shows.
"""

import argparse
import json
import random
import subprocess

GENES = 6
PRODUCTS = 8


def ask(args, *words):
    done = subprocess.run([args.tessera, *words, "--project", args.project, "--json"], check=True, capture_output=True)
    return json.loads(done.stdout)


def rows(args, query):
    return ask(args, "sql", query)["rows"]


def gene(one):
    value = one["attribute"] if one["value"] == "yes" else one["value"]
    mark = {"liked": "", "disliked": "less of "}[one["standing"]]
    with_it = ", ".join(["", *(other["value"] for other in one["with"])])
    return f"{mark}{value}{with_it} ({one['attribute'].rstrip('_0123456789')}, {one['gene_type']}, {one['sure']}, {one['supporting']} acts)"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tessera", required=True)
    parser.add_argument("--project", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    every = rows(
        args,
        "select customer_key from order_lines where customer_key in (select customer_key from genomes) "
        "group by customer_key having count(distinct receipt_key) >= 5 order by customer_key",
    )
    drawn = sorted(random.Random(args.seed).sample([row[0] for row in every], 10))
    print("| customer | what it leans to | what is in its baskets |")
    print("|---|---|---|")
    for key in drawn:
        told = ask(args, "genome", "show", str(key), "--purpose", "quality")
        genes = [gene(one) for one in told["genes"] if one["standing"] != "faint" and not one["joined"]][:GENES]
        bought = rows(
            args,
            "select max(description), count(distinct receipt_key) as times from order_lines where line_type = 'sale' and "
            f"customer_key = {key} group by product_id order by times desc, sum(amount) desc limit {PRODUCTS}",
        )
        basket = [f"{name} {times}×" for name, times in bought]
        print(f"| {key} | {'; '.join(genes) or 'nothing stands out'} | {'; '.join(basket)} |")


if __name__ == "__main__":
    main()
